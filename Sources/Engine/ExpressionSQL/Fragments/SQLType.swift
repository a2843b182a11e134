internal import Expressions
package import ModelLanguage

/// What the values of a column or an expression are, and so how they are kept.
package indirect enum SQLType: Sendable, Hashable {
    case null
    /// An integer, 0 or 1.
    case boolean
    case integer
    case real
    /// Strings, ids, days, addresses.
    case text
    /// Microseconds since 1970, an integer.
    case timestamp
    /// Microseconds, an integer.
    case duration
    /// JSON text that is an array.
    case list(SQLType)
    /// JSON text of any kind.
    case json
}

extension SQLType {
    package init(_ type: FieldType) {
        self =
            switch type {
            case .string, .date, .uuid, .email, .url, .relation: .text
            case .integer: .integer
            case .number: .real
            case .boolean: .boolean
            case .datetime: .timestamp
            case .json: .json
            case .list(let element): .list(SQLType(element))
            }
    }

    var isNumber: Bool { self == .integer || self == .real }

    /// Whether the values have an order that SQL and CEL agree on.
    var isOrdered: Bool {
        switch self {
        case .boolean, .integer, .real, .text, .timestamp, .duration: true
        case .null, .list, .json: false
        }
    }

    /// How messages name it.
    var name: String {
        switch self {
        case .null: "null"
        case .boolean: "bool"
        case .integer: "int"
        case .real: "double"
        case .text: "string"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .list(let element): "list(\(element.name))"
        case .json: "json"
        }
    }
}

extension SQLType {
    /// How values of a static type are kept; nil for those that no column and no parameter has.
    init?(_ type: CELType) {
        switch type {
        case .null: self = .null
        case .bool: self = .boolean
        case .int, .uint: self = .integer
        case .double: self = .real
        case .string, .reference: self = .text
        case .timestamp: self = .timestamp
        case .duration: self = .duration
        case .dyn: self = .json
        case .nullable(let wrapped): self.init(wrapped)
        case .list(let element):
            guard let element = SQLType(element) else { return nil }
            self = .list(element)
        case .bytes, .map, .optional, .type, .object, .collection, .parameter: return nil
        }
    }
}
