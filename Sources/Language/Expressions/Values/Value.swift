/// A value of the Common Expression Language.
///
/// Durations are Swift's own; CEL arithmetic on them stays within ±292 years (64-bit nanoseconds).
package enum Value: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case timestamp(Timestamp)
    case duration(Duration)
    case list([Value])
    case map(ValueMap)
    case object(ObjectValue)
    case type(String)
    indirect case optional(Value?)
}

extension Value {
    /// The name that `type(x)` answers with, and that messages use.
    package var typeName: String {
        switch self {
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .list: "list"
        case .map: "map"
        case .object(let object): object.type
        case .type: "type"
        case .optional: "optional_type"
        }
    }
}

/// A record of a declared object type: a row of a collection, the caller, an event.
package struct ObjectValue: Sendable {
    /// The object type's name, as the environment declares it.
    package let type: String
    package let fields: [String: Value]
    /// Fields that this record has not, although its type does: to ask for one is an error.
    package let absent: Set<String>

    package init(type: String, fields: [String: Value], absent: Set<String> = []) {
        self.type = type
        self.fields = fields
        self.absent = absent
    }

    /// The field's value; null when the record has none, as for an optional column.
    package subscript(field: String) -> Value {
        fields[field] ?? .null
    }
}
