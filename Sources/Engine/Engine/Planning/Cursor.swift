import Bytes
import JSON
import ModelLanguage
import Storage

/// Where a page ended: the sort keys of its last record, as text for clients to send back.
///
/// Base64url of a JSON array: a digest of the order it belongs to, then the keys.
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
        return Base64.url.encode(JSONValue.array(items).description.utf8)
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
        guard text.utf8.count <= 4_096, let bytes = Base64.url.decode(text),
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

    /// Where pages by offset may start: whoever forges a cursor must not make the sums overflow.
    private static let offsets = 0...Int64(1) << 40

    /// Whether each key has the type of its column.
    private static func isPlace(_ values: [SQLValue], in order: SortOrder?) -> Bool {
        guard let order else { return values[0].integer.map(offsets.contains) ?? false }
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
