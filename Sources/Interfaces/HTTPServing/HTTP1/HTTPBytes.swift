/// Classes of bytes in HTTP's grammar, and comparisons without regard to case.
enum HTTPBytes {
    static let carriageReturn: UInt8 = 0x0D
    static let lineFeed: UInt8 = 0x0A
    static let space: UInt8 = 0x20
    static let tab: UInt8 = 0x09
    static let colon: UInt8 = 0x3A
    static let comma: UInt8 = 0x2C
    static let semicolon: UInt8 = 0x3B

    /// RFC 9110 5.6.2: a character of a token, as a method or a header's name is.
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        contains(byte, 0x03FF_6CFA_0000_0000, 0x57FF_FFFF_C7FF_FFFE)
    }

    /// RFC 3986 3.2: a character of a host with its port; no user information.
    @inline(__always)
    static func isAuthority(_ byte: UInt8) -> Bool {
        contains(byte, 0x2FFF_6FF2_0000_0000, 0x47FF_FFFE_AFFF_FFFE)
    }

    /// RFC 9110 5.5: a byte of a header's value.
    ///
    /// Control characters, CR and NUL among them, are none.
    @inline(__always)
    static func isFieldValue(_ byte: UInt8) -> Bool {
        (byte >= 0x20 && byte != 0x7F) || byte == tab
    }

    /// Whether all bytes may stand in a header's value: looked at eight at a time, since hardly any may not.
    static func areFieldValues(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var index = 0
        while index &+ 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let deletes = word ^ (ones &* 0x7F)
            // A high bit for a control character, a tab among them, and for DEL.
            let found = ((word &- ones &* 0x20) & ~word) | ((deletes &- ones) & ~deletes)
            if found & (ones &* 0x80) != 0 {
                guard bytes[index..<(index &+ 8)].allSatisfy(isFieldValue) else { return false }
            }
            index &+= 8
        }
        return bytes[index...].allSatisfy(isFieldValue)
    }

    /// A visible ASCII character that may stand in a request target; a fragment may not.
    @inline(__always)
    static func isTarget(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != 0x23
    }

    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == space || byte == tab
    }

    @inline(__always)
    static func hexadecimalValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    @inline(__always)
    private static func contains(_ byte: UInt8, _ low: UInt64, _ high: UInt64) -> Bool {
        byte < 128 && ((byte < 64 ? low : high) >> UInt64(byte & 63)) & 1 == 1
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes are `word`, which is written in lower case, in whatever case.
    @inline(__always)
    func equals(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        for index in 0..<count {
            let byte = self[index]
            let lowered = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
            if lowered != word.utf8Start[index] { return false }
        }
        return true
    }

    func trimmed() -> UnsafeRawBufferPointer {
        var start = startIndex
        var end = endIndex
        while start < end, HTTPBytes.isSpace(self[start]) { start += 1 }
        while end > start, HTTPBytes.isSpace(self[end - 1]) { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: self[start..<end])
    }

    /// Calls `body` for each element of a comma-separated list, trimmed; empty ones too.
    func forEachListElement(_ body: (UnsafeRawBufferPointer) -> Void) {
        var start = startIndex
        for index in indices where self[index] == HTTPBytes.comma {
            body(UnsafeRawBufferPointer(rebasing: self[start..<index]).trimmed())
            start = index + 1
        }
        body(UnsafeRawBufferPointer(rebasing: self[start...]).trimmed())
    }
}
