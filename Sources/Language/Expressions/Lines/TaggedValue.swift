/// Values as JSON that keeps their types: `["int", "5"]`, `["list", [["bool", true]]]`,
/// `["map", [[key, value]]]`, `["bytes", hexadecimal]`.
enum TaggedValue {
    static func json(of value: Value) -> JSON {
        switch value {
        case .null: tagged("null", .null)
        case .bool(let flag): tagged("bool", .bool(flag))
        case .int(let number): tagged("int", .string(String(number)))
        case .uint(let number): tagged("uint", .string(String(number)))
        case .double(let number): tagged("double", .string(number.description))
        case .string(let text): tagged("string", .string(text))
        case .bytes(let bytes): tagged("bytes", .string(hexadecimal(bytes)))
        case .timestamp(let instant): tagged("timestamp", .string(instant.description))
        case .duration(let duration): tagged("duration", .string(duration.celText))
        case .list(let elements): tagged("list", .array(elements.map(json)))
        case .map(let map): tagged("map", entries(map.entries.map { ($0.key, $0.value) }))
        case .object(let object):
            tagged(
                "map",
                entries(
                    object.fields.sorted { $0.key < $1.key }.map { (.string($0.key), $0.value) }
                )
            )
        case .type(let name): tagged("type", .string(name))
        case .optional(let content): tagged("optional", content.map(json) ?? .null)
        }
    }

    private static func tagged(_ tag: String, _ content: JSON) -> JSON {
        .array([.string(tag), content])
    }

    private static func entries(_ entries: [(Value, Value)]) -> JSON {
        .array(entries.map { .array([json(of: $0.0), json(of: $0.1)]) })
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension TaggedValue {
    /// Nil if the JSON is no tagged value.
    static func value(of json: JSON) -> Value? {
        guard case .array(let parts) = json, parts.count == 2, case .string(let tag) = parts[0]
        else { return nil }
        switch (tag, parts[1]) {
        case ("null", _): return .null
        case ("bool", .bool(let flag)): return .bool(flag)
        case ("int", .string(let text)): return Int64(text).map(Value.int)
        case ("uint", .string(let text)): return UInt64(text).map(Value.uint)
        case ("double", .string(let text)): return Double(text).map(Value.double)
        case ("string", .string(let text)): return .string(text)
        case ("type", .string(let name)): return .type(name)
        case ("bytes", .string(let text)): return bytes(text).map(Value.bytes)
        case ("timestamp", .string(let text)):
            return Timestamp(rfc3339: text).map(Value.timestamp)
        case ("duration", .string(let text)):
            return Duration(celText: text).map(Value.duration)
        case ("list", .array(let elements)): return list(elements)
        case ("map", .array(let entries)): return map(entries)
        case ("optional", .null): return .optional(nil)
        case ("optional", let content): return value(of: content).map { .optional($0) }
        default: return nil
        }
    }

    private static func list(_ elements: [JSON]) -> Value? {
        let values = elements.compactMap(value)
        return values.count == elements.count ? .list(values) : nil
    }

    private static func map(_ entries: [JSON]) -> Value? {
        var map = ValueMap()
        for entry in entries {
            guard case .array(let pair) = entry, pair.count == 2, let key = value(of: pair[0]),
                let value = value(of: pair[1]), map.set(key, to: value)
            else { return nil }
        }
        return .map(map)
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.utf8.compactMap(\.hexadecimalValue)
        guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
