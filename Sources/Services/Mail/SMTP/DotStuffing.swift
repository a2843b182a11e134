/// The end of a message's content, and how it is kept from standing in the middle (RFC 5321, 4.5.2).
enum DotStuffing {
    /// The content with every line's first dot doubled and each line end as CRLF, and the line with
    /// a dot alone that ends it.
    ///
    /// Lone CR and LF become line ends, since servers differ in what they take for one (the source
    /// of SMTP smuggling, CVE-2023-51764 and its kin).
    static func content(_ message: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(message.count + 64)
        var atLineStart = true
        var index = 0
        while index < message.count {
            let byte = message[index]
            index += 1
            if byte == 0x0D || byte == 0x0A {
                if byte == 0x0D, index < message.count, message[index] == 0x0A { index += 1 }
                bytes.append(0x0D)
                bytes.append(0x0A)
                atLineStart = true
                continue
            }
            if atLineStart, byte == UInt8(ascii: ".") { bytes.append(byte) }
            bytes.append(byte)
            atLineStart = false
        }
        if !atLineStart { bytes += [0x0D, 0x0A] }
        return bytes + [UInt8(ascii: "."), 0x0D, 0x0A]
    }
}
