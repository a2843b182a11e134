/// Names and values as `application/x-www-form-urlencoded`, for queries and bodies.
package enum FormEncoding {
    package static func encode(_ members: [(name: String, value: String)]) -> String {
        members.map { encode($0.name) + "=" + encode($0.value) }.joined(separator: "&")
    }

    /// A text whose every byte beyond letters, digits and `-._~` is escaped (RFC 3986, 2.3).
    package static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default: bytes += [0x25, hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let hex = Array("0123456789ABCDEF".utf8)
}
