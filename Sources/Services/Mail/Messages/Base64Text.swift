/// Base 64 with padding (RFC 4648, 4), as mail has it.
enum Base64Text {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var bits: UInt32 = 0
            for index in 0..<count {
                bits |= UInt32(bytes[start + index]) << UInt32(16 - index * 8)
            }
            for index in 0..<4 {
                let letter = alphabet[Int(bits >> UInt32(18 - index * 6) & 63)]
                text.append(index > count ? UInt8(ascii: "=") : letter)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
