/// Quoted-printable (RFC 2045, 6.7): seven bits, lines of at most 76 characters ending in CRLF.
enum QuotedPrintable {
    static func encode(_ text: String) -> [UInt8] {
        var encoded: [UInt8] = []
        var column = 0
        let bytes = withPlainLineEnds(text)
        for (index, byte) in bytes.enumerated() {
            if byte == 0x0A {
                encoded += [0x0D, 0x0A]
                column = 0
                continue
            }
            let isLineEnd = index + 1 == bytes.count || bytes[index + 1] == 0x0A
            let isPlain =
                (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=")
                || (byte == 0x20 || byte == 0x09) && !isLineEnd
            let width = isPlain ? 1 : 3
            if column + width > (isLineEnd ? 76 : 75) {
                encoded += [UInt8(ascii: "="), 0x0D, 0x0A]
                column = 0
            }
            if isPlain {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "="), hex(byte >> 4), hex(byte & 15)]
            }
            column += width
        }
        if column > 0 { encoded += [0x0D, 0x0A] }
        return encoded
    }

    /// The text's bytes, each kind of line end as LF.
    private static func withPlainLineEnds(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if byte == 0x0D {
                bytes.append(0x0A)
            } else if byte != 0x0A || previous != 0x0D {
                bytes.append(byte)
            }
            previous = byte
        }
        return bytes
    }

    private static func hex(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? 48 + nibble : 55 + nibble
    }
}
