import Expressions
import JSON

extension JSONValue {
    /// A moment, in microseconds since 1970, as answers have it (RFC 3339, in UTC).
    static func time(_ microseconds: Int64) -> JSONValue {
        Timestamp(microseconds: microseconds).map { .string($0.description) } ?? .null
    }

    static func time(orNull microseconds: Int64?) -> JSONValue {
        microseconds.map { time($0) } ?? .null
    }

    static func string(orNull text: String?) -> JSONValue {
        text.map { .string($0) } ?? .null
    }
}
