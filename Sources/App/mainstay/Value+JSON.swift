import Bytes
import Expressions
import JSON

extension Value {
    /// A JSON value as expressions see it: whole numbers are ints, objects maps.
    init(json: JSONValue) {
        switch json {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .integer(let number): self = .int(number)
        case .number(let number): self = .double(number)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .list(elements.map(Value.init(json:)))
        case .object(let members):
            self = .map(ValueMap(members.map { ($0.name, Value(json: $0.value)) }))
        }
    }

    /// The value as JSON text; what JSON has no type for is text.
    var jsonText: String { json.description }

    private var json: JSONValue {
        switch self {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .int(let number): .integer(number)
        case .uint(let number): Int64(exactly: number).map { .integer($0) } ?? .string("\(number)")
        case .double(let number): number.isFinite ? .number(number) : .string("\(number)")
        case .string(let text): .string(text)
        case .bytes(let bytes): .string(Base16.lowercase.encode(bytes))
        case .timestamp(let instant): .string(instant.description)
        case .duration(let duration):
            .string("\(duration / .seconds(1))s")
        case .list(let elements): .array(elements.map(\.json))
        case .map(let map):
            .object(map.entries.map { JSONValue.Member($0.key.memberName, $0.value.json) })
        case .object(let object):
            .object(
                object.fields.sorted { $0.key < $1.key }.map {
                    JSONValue.Member($0.key, $0.value.json)
                }
            )
        case .type(let name): .string(name)
        case .optional(let value): value?.json ?? .null
        }
    }

    private var memberName: String {
        if case .string(let text) = self { text } else { json.description }
    }
}

/// JSON in an option of the command line.
enum JSONOption {
    static func value(_ text: String, _ option: String) throws -> JSONValue {
        do {
            return try JSONParser.parse(text)
        } catch {
            throw CommandError(
                "\(option) is no JSON: \(error.message) at byte \(error.offset)"
            )
        }
    }
}
