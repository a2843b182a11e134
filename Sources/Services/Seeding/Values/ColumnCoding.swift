import Expressions
import JSON
import ModelLanguage
import Storage

extension SQLValue {
    /// A literal of the model as a column holds it; nil if it is not of the type.
    init?(_ json: JSONValue, as type: FieldType) {
        switch (type, json) {
        case (_, .null): self = .null
        case (.json, _), (.list, _): self = .text(json.description)
        case (.boolean, .bool(let flag)): self = .boolean(flag)
        case (.integer, .integer(let number)): self = .integer(number)
        case (.number, .integer(let number)): self = .real(Double(number))
        case (.number, .number(let number)): self = .real(number)
        case (.datetime, .string(let text)):
            guard let instant = Timestamp(rfc3339: text) else { return nil }
            self = .integer(instant.microseconds)
        case (_, .string(let text)): self = .text(text)
        default: return nil
        }
    }

    /// The column's value as the API shows it in a list.
    func json(as type: FieldType) -> JSONValue {
        switch (self, type) {
        case (.integer(let number), .boolean): .bool(number != 0)
        case (.integer(let number), .datetime):
            .string(Timestamp(microseconds: number)?.description ?? "")
        case (.integer(let number), _): .integer(number)
        case (.real(let number), _): .number(number)
        case (.text(let text), .json), (.text(let text), .list):
            (try? JSONParser.parse(text)) ?? .null
        case (.text(let text), _): .string(text)
        case (.null, _), (.blob, _): .null
        }
    }

    /// The column's value as expressions see it.
    func value(as type: FieldType) -> Value {
        switch (self, type) {
        case (.integer(let number), .boolean): .bool(number != 0)
        case (.integer(let number), .datetime):
            Timestamp(microseconds: number).map { .timestamp($0) } ?? .null
        case (.integer(let number), _): .int(number)
        case (.real(let number), _): .double(number)
        case (.text(let text), .json): Value((try? JSONParser.parse(text)) ?? .null)
        case (.text(let text), .list(let element)): Self.list(text, of: element)
        case (.text(let text), _): .string(text)
        case (.null, _), (.blob, _): .null
        }
    }

    private static func list(_ text: String, of element: FieldType) -> Value {
        guard case .array(let items) = try? JSONParser.parse(text) else { return .list([]) }
        return .list(items.map { SQLValue($0, as: element)?.value(as: element) ?? .null })
    }

    /// The result of an expression as a column holds it; nil if it does not fit the type.
    init?(_ value: Value, as type: FieldType) {
        switch (value, type) {
        case (.null, _): self = .null
        case (.bool(let flag), .boolean): self = .boolean(flag)
        case (.int(let number), .integer): self = .integer(number)
        case (.int(let number), .number): self = .real(Double(number))
        case (.double(let number), .number): self = .real(number)
        case (.timestamp(let instant), .datetime):
            self = .integer(instant.microseconds)
        case (.string(let text), _) where type != .json: self = .text(text)
        default: return nil
        }
    }
}

extension Value {
    /// JSON without a schema, as CEL maps it.
    fileprivate init(_ json: JSONValue) {
        self =
            switch json {
            case .null: .null
            case .bool(let flag): .bool(flag)
            case .integer(let number): .double(Double(number))
            case .number(let number): .double(number)
            case .string(let text): .string(text)
            case .array(let items): .list(items.map { Value($0) })
            case .object(let members):
                .map(ValueMap(members.map { ($0.name, Value($0.value)) }))
            }
    }
}
