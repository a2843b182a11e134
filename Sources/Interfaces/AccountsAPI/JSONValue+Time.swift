import Expressions
import JSON

extension JSONValue {
    /// A moment, in microseconds since 1970, as answers have it (RFC 3339, in UTC).
    static func time(_ microseconds: Int64) -> JSONValue {
        let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let moment = Timestamp(seconds: seconds, nanoseconds: Int32(rest) * 1_000)
        return moment.map { .string($0.description) } ?? .null
    }

    static func time(orNull microseconds: Int64?) -> JSONValue {
        microseconds.map { time($0) } ?? .null
    }

    static func string(orNull text: String?) -> JSONValue {
        text.map { .string($0) } ?? .null
    }
}
