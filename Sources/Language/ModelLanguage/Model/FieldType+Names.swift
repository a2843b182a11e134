package import Expressions

extension FieldType {
    /// The scalar type with this name in a model file.
    init?(name: String) {
        switch name {
        case "string": self = .string
        case "integer": self = .integer
        case "number": self = .number
        case "boolean": self = .boolean
        case "datetime": self = .datetime
        case "date": self = .date
        case "uuid": self = .uuid
        case "email": self = .email
        case "url": self = .url
        case "json": self = .json
        default: return nil
        }
    }

    /// What messages call it: as a model file spells it.
    package var name: String {
        switch self {
        case .string: "string"
        case .integer: "integer"
        case .number: "number"
        case .boolean: "boolean"
        case .datetime: "datetime"
        case .date: "date"
        case .uuid: "uuid"
        case .email: "email"
        case .url: "url"
        case .json: "json"
        case .relation(let relation): relation.collection
        case .list(let element): "[\(element.name)]"
        }
    }

    /// Whether values have an order, so that they can be sorted, indexed and be unique.
    package var isComparable: Bool {
        switch self {
        case .json, .list: false
        default: true
        }
    }

    /// The type that a value of a field has to expressions.
    package var expressionType: CELType {
        switch self {
        case .string, .date, .uuid, .email, .url: .string
        case .integer: .int
        case .number: .double
        case .boolean: .bool
        case .datetime: .timestamp
        case .json: .dyn
        case .relation(let relation): .reference(relation.collection)
        case .list(let element): .list(element.expressionType)
        }
    }
}

extension Field {
    /// The field's type to expressions: with null where the field is optional.
    package var expressionType: CELType {
        isOptional ? type.expressionType.orNull : type.expressionType
    }
}
