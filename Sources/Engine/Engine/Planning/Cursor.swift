import JSON
import ModelLanguage
import Storage

/// Where a page ended: the sort keys of its last record, as text for clients to send back.
///
/// Base64url (RFC 4648, 5) of a JSON array: a digest of the order it belongs to, then the keys.
/// It holds nothing that its reader has not been shown.
enum Cursor {
    static func encode(_ keys: [SQLValue], order: Int64) -> String {
        var items: [JSONValue] = [.integer(order)]
        for key in keys {
            switch key {
            case .null: items.append(.null)
            case .integer(let number): items.append(.integer(number))
            case .real(let number): items.append(["r", .number(number)])
            case .text(let text): items.append(.string(text))
            case .blob: items.append(.null)
            }
        }
        return Base64URL.encode(Array(JSONValue.array(items).description.utf8))
    }

    /// Reads a cursor of lists in this order; nil stands for pages by offset, whose one key is where
    /// the page starts.
    static func decode(
        _ text: String,
        order: SortOrder?,
        digest: Int64
    ) throws(Problem) -> [SQLValue] {
        let problem = Problem(
            .invalidCursor,
            "the cursor does not belong to this list",
            hint: "send the \"next\" of the page before, with the same sort",
            parameter: "cursor"
        )
        guard text.utf8.count <= 4_096, let bytes = Base64URL.decode(text),
            case .array(let items)? = try? JSONParser.parse(String(decoding: bytes, as: UTF8.self)),
            items.count == (order?.keys.count ?? 1) + 1, items[0] == .integer(digest)
        else { throw problem }
        var keys: [SQLValue] = []
        for item in items.dropFirst() {
            switch item {
            case .null: keys.append(.null)
            case .integer(let number): keys.append(.integer(number))
            case .string(let text): keys.append(.text(text))
            case .array(let pair):
                guard pair.count == 2 else { throw problem }
                switch pair[1] {
                case .number(let number): keys.append(.real(number))
                case .integer(let number): keys.append(.real(Double(number)))
                default: throw problem
                }
            default: throw problem
            }
        }
        guard isPlace(keys, in: order) else { throw problem }
        return keys
    }

    /// Whether each key has the type of its column.
    private static func isPlace(_ values: [SQLValue], in order: SortOrder?) -> Bool {
        guard let order else { return values[0].integer.map { $0 >= 0 } ?? false }
        return zip(order.keys, values).allSatisfy { key, value in
            switch (value, key.type) {
            case (.null, _): key.isNullable
            case (.integer, .integer), (.integer, .boolean), (.integer, .datetime): true
            case (.real, .number): true
            case (.text(let text), .uuid), (.text(let text), .relation(_)): isCanonicalUUID(text)
            case (.text, .string), (.text, .date), (.text, .email), (.text, .url): true
            default: false
            }
        }
    }
}

/// Base64 with the alphabet for addresses, without padding (RFC 4648, 5).
package enum Base64URL {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8
    )

    package static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let rest = min(3, bytes.count - index)
            var word = UInt32(bytes[index]) << 16
            if rest > 1 { word |= UInt32(bytes[index + 1]) << 8 }
            if rest > 2 { word |= UInt32(bytes[index + 2]) }
            for position in 0...rest {
                text.append(alphabet[Int(word >> UInt32(18 - 6 * position) & 63)])
            }
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil if the text is not the one encoding of some bytes.
    package static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var word: UInt32 = 0
        var bits = 0
        for character in text.utf8 {
            guard let value = value(of: character) else { return nil }
            word = word << 6 | value
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
                word &= 1 << UInt32(bits) - 1
            }
        }
        guard bits < 6, word == 0 else { return nil }
        return bytes
    }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case 65...90: UInt32(character - 65)
        case 97...122: UInt32(character - 71)
        case 48...57: UInt32(character + 4)
        case 45: 62
        case 95: 63
        default: nil
        }
    }
}
