/// Canonical CBOR, written; what is tested has a reader only.
package enum CBORBytes {
    package static func integer(_ value: Int64) -> [UInt8] {
        value < 0 ? head(1, UInt64(-1 - value)) : head(0, UInt64(value))
    }

    package static func bytes(_ value: [UInt8]) -> [UInt8] {
        head(2, UInt64(value.count)) + value
    }

    package static func text(_ value: String) -> [UInt8] {
        head(3, UInt64(value.utf8.count)) + Array(value.utf8)
    }

    package static func array(_ elements: [[UInt8]]) -> [UInt8] {
        head(4, UInt64(elements.count)) + elements.flatMap(\.self)
    }

    /// The entries in the order given.
    package static func map(_ entries: [(key: [UInt8], value: [UInt8])]) -> [UInt8] {
        head(5, UInt64(entries.count)) + entries.flatMap { $0.key + $0.value }
    }

    package static func head(_ major: UInt8, _ argument: UInt64) -> [UInt8] {
        let start = major << 5
        func tail(_ width: Int) -> [UInt8] {
            (0..<width).map { UInt8(truncatingIfNeeded: argument >> UInt64(8 * (width - 1 - $0))) }
        }
        return switch argument {
        case 0..<24: [start | UInt8(argument)]
        case 24...0xFF: [start | 24] + tail(1)
        case 0x100...0xFFFF: [start | 25] + tail(2)
        case 0x1_0000...0xFFFF_FFFF: [start | 26] + tail(4)
        default: [start | 27] + tail(8)
        }
    }
}
