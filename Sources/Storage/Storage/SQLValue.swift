/// A value as a database column holds it.
///
/// Booleans are integers 0 and 1, instants are microseconds since 1970 (UTC) as integers, ids, dates and
/// other strings are text, lists and JSON fields are JSON text.
package enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

extension SQLValue {
    package var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    package var integer: Int64? {
        guard case .integer(let integer) = self else { return nil }
        return integer
    }

    package var blob: [UInt8]? {
        guard case .blob(let bytes) = self else { return nil }
        return bytes
    }

    package var isNull: Bool {
        self == .null
    }

    /// A boolean as a column holds it.
    package static func boolean(_ flag: Bool) -> SQLValue {
        .integer(flag ? 1 : 0)
    }

    package static func text(orNull text: String?) -> SQLValue {
        text.map { .text($0) } ?? .null
    }
}
