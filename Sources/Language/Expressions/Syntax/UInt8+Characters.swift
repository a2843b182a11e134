extension UInt8 {
    var isDigit: Bool { (0x30...0x39).contains(self) }

    var isQuote: Bool { self == UInt8(ascii: "\"") || self == UInt8(ascii: "'") }

    var isSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) && self != 0x0B }

    var startsIdentifier: Bool {
        (0x61...0x7A).contains(self | 0x20) || self == UInt8(ascii: "_")
    }

    var continuesIdentifier: Bool { startsIdentifier || isDigit }

    var continuesQuotedIdentifier: Bool {
        switch self {
        case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: " "): true
        default: continuesIdentifier
        }
    }

    var hexadecimalValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }
}
