import Bytes
import JSON
import Storage

/// Pieces of SQL in SQLite's dialect.
enum SQL {
    static func identifier(_ name: String) -> String {
        "\"" + doubled("\"", in: name) + "\""
    }

    static func identifiers(_ names: some Sequence<String>) -> String {
        names.map(identifier).joined(separator: ", ")
    }

    static func literal(_ text: String) -> String {
        guard text.utf8.contains(0) else { return "'" + doubled("'", in: text) + "'" }
        // A statement's text ends at its first zero.
        return "(CAST(x'\(Base16.lowercase.encode(text.utf8))' AS TEXT))"
    }

    /// A value as a column of a type holds it; nil for one that the type has not.
    static func literal(_ value: JSONValue, as type: Column.ColumnType) -> String? {
        if type == .json { return literal(value.description) }
        switch (type, value) {
        case (_, .null): return "NULL"
        case (.boolean, .bool(let flag)): return flag ? "1" : "0"
        case (.integer, .integer(let integer)): return String(integer)
        case (.number, .integer(let integer)): return String(integer)
        case (.number, .number(let number)): return number.description
        case (.datetime, .string(let text)):
            return CivilTime.microseconds(rfc3339: text).map { String($0) }
        case (.text, .string(let text)): return literal(text)
        default: return nil
        }
    }

    private static func doubled(_ quote: Character, in text: String) -> String {
        guard text.contains(quote) else { return text }
        return text.reduce(into: "") { result, character in
            result.append(character)
            if character == quote { result.append(quote) }
        }
    }
}
