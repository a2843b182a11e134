import CSQLite

/// A column's value as bytes: a letter for its kind, its text, and padding.
///
/// Padded to whole blocks, so that a sealed value's length tells little of a short one: `1`, then zeros
/// (ISO/IEC 7816-4).
enum SealedValue {
    private static let blockSize = 16
    private static let mark: UInt8 = 0x80

    /// The value of an argument; nil for NULL and blobs.
    static func bytes(of value: OpaquePointer?) -> [UInt8]? {
        guard let value else { return nil }
        switch sqlite3_value_type(value) {
        case SQLITE_INTEGER:
            return Array("i\(sqlite3_value_int64(value))".utf8)
        case SQLITE_FLOAT:
            return Array("r\(sqlite3_value_double(value))".utf8)
        case SQLITE_TEXT:
            guard let text = sqlite3_value_text(value) else { return nil }
            let count = Int(sqlite3_value_bytes(value))
            return [UInt8(ascii: "t")] + UnsafeBufferPointer(start: text, count: count)
        default: return nil
        }
    }

    static func padded(_ bytes: [UInt8]) -> [UInt8] {
        let rest = blockSize - (bytes.count + 1) % blockSize
        return bytes + [mark] + [UInt8](repeating: 0, count: rest % blockSize)
    }

    /// Answers a call with the value of padded bytes; whether they are in that form.
    static func answer(_ call: OpaquePointer?, _ padded: [UInt8]) -> Bool {
        guard let end = padded.lastIndex(where: { $0 != 0 }), padded[end] == mark,
            let kind = padded.first, end > 0
        else { return false }
        let content = padded[1..<end]
        switch kind {
        case UInt8(ascii: "i"):
            guard let number = Int64(String(decoding: content, as: UTF8.self)) else { return false }
            sqlite3_result_int64(call, number)
        case UInt8(ascii: "r"):
            guard let number = Double(String(decoding: content, as: UTF8.self)) else {
                return false
            }
            sqlite3_result_double(call, number)
        case UInt8(ascii: "t"):
            content.withUnsafeBufferPointer { text in
                csqlite_result_text(call, text.baseAddress, Int32(clamping: text.count))
            }
        default: return false
        }
        return true
    }
}
