import CSQLite
import JSON
import Storage

extension SQLFunction {
    static let records: [SQLFunction] = [
        // A record as the API writes it: mainstay_record('id plain, likes integer', new.id, new.likes).
        SQLFunction(name: "mainstay_record", parameterCount: -1) { call, count, values in
            let arguments = Arguments(values)
            guard count > 0, let text = arguments.text(0), let context = functionContext(of: call)
            else { return sqlite3_result_null(call) }
            let format = context.recordFormat(text)
            guard format.members.count == Int(count) - 1 else {
                sqlite3_result_error(call, "mainstay_record: values and names differ in number", -1)
                return
            }
            let json = context.scratch
            json.removeAll()
            format.write(arguments, to: json)
            csqlite_result_text(call, json.bytes, Int32(clamping: json.count))
        },
        // A number's shortest text that reads back as the same number.
        SQLFunction(name: "mainstay_number", parameterCount: 1) { call, _, values in
            guard let number = Arguments(values).number(0), number.isFinite else {
                return sqlite3_result_null(call)
            }
            var text = number.description
            text.withUTF8 { csqlite_result_text(call, $0.baseAddress, Int32($0.count)) }
        },
    ]
}

/// The names and formats of a record's members, from a text such as `id plain, likes integer`.
final class RecordFormat {
    struct Member {
        let prefix: [UInt8]
        let format: ColumnFormat
    }

    let members: [Member]

    init(_ text: UnsafeRawBufferPointer) {
        let items = String(decoding: text, as: UTF8.self).split(separator: ",")
        var members: [Member] = []
        for item in items {
            let words = item.split(separator: " ")
            guard let name = words.first, let word = words.last else { continue }
            let column = MemberColumn(
                name: String(name),
                column: 0,
                format: ColumnFormat(recordWord: word)
            )
            let separator = UInt8(ascii: members.isEmpty ? "{" : ",")
            members.append(Member(prefix: [separator] + column.prefix, format: column.format))
        }
        self.members = members
    }

    /// Writes the arguments after the first.
    func write(_ arguments: Arguments, to json: JSONBuffer) {
        if members.isEmpty { json.append(byte: UInt8(ascii: "{")) }
        for (index, member) in members.enumerated() {
            json.append(raw: member.prefix)
            json.append(arguments[index + 1], as: member.format)
        }
        json.append(byte: UInt8(ascii: "}"))
    }
}

extension ColumnFormat {
    /// The word for a format in the text that `mainstay_record` takes.
    var recordWord: String {
        switch self {
        case .string: "string"
        case .plainString: "plain"
        case .integer: "integer"
        case .number: "number"
        case .boolean: "boolean"
        case .datetime: "datetime"
        case .json: "json"
        }
    }

    init(recordWord: Substring) {
        switch recordWord {
        case "plain": self = .plainString
        case "integer": self = .integer
        case "number": self = .number
        case "boolean": self = .boolean
        case "datetime": self = .datetime
        case "json": self = .json
        default: self = .string
        }
    }
}

extension JSONBuffer {
    fileprivate func append(_ value: OpaquePointer?, as format: ColumnFormat) {
        guard let value, sqlite3_value_type(value) != SQLITE_NULL else {
            return append(raw: "null")
        }
        switch format {
        case .integer: append(sqlite3_value_int64(value))
        case .number: append(sqlite3_value_double(value))
        case .boolean: append(sqlite3_value_int(value) != 0)
        case .datetime: append(datetime: sqlite3_value_int64(value))
        case .string, .plainString, .json:
            guard let text = sqlite3_value_text(value) else { return append(raw: "null") }
            let length = Int(sqlite3_value_bytes(value))
            if format == .json {
                append(raw: text, count: length)
            } else {
                append(string: text, count: length)
            }
        }
    }
}
