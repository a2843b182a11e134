/// The static type of an expression.
package indirect enum CELType: Hashable, Sendable {
    case null
    case bool
    case int
    case uint
    case double
    case string
    case bytes
    case timestamp
    case duration
    case list(CELType)
    case map(key: CELType, value: CELType)
    case optional(CELType)
    /// The type of a type name, such as `int` in `type(x) == int`.
    case type
    /// Known only at run time.
    case dyn
    /// A value that may be null, such as an optional column. It may be compared with null, and used
    /// as what it wraps; that is an error at run time if it is null then.
    case nullable(CELType)
    /// A record of a declared object type.
    case object(String)
    /// A relation: the id of a record of the named object type. It compares with ids; selecting a
    /// field of it reads the record.
    case reference(String)
    /// All records of the named object type, as `follows` in `follows.exists(f, …)`.
    case collection(String)
    /// A type parameter of a function's declaration, bound anew by each call.
    case parameter(String)
}

extension CELType: CustomStringConvertible {
    package var description: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .list(let element): "list(\(element))"
        case .map(let key, let value): "map(\(key), \(value))"
        case .optional(let wrapped): "optional(\(wrapped))"
        case .type: "type"
        case .dyn: "dyn"
        case .nullable(let wrapped): "\(wrapped) or null"
        case .object(let name): name
        case .reference(let name): "reference to \(name)"
        case .collection(let name): "collection \(name)"
        case .parameter(let name): name
        }
    }
}

extension CELType {
    /// The type without its null.
    package var unwrapped: CELType {
        if case .nullable(let wrapped) = self { wrapped } else { self }
    }

    /// This type with null among its values; a type that has null already stays as it is.
    package var orNull: CELType {
        switch self {
        case .nullable, .null, .dyn: self
        default: .nullable(self)
        }
    }

    package var isNullable: Bool {
        switch self {
        case .nullable, .null: true
        default: false
        }
    }
}

extension CELType {
    /// The names of types, as expressions compare them with `type(x)`.
    static let names: Set<String> = [
        "bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type",
        "optional_type", "google.protobuf.Timestamp", "google.protobuf.Duration",
    ]
}
