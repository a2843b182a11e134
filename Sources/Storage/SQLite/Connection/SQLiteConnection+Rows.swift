import CSQLite
import JSON
import Storage

extension SQLiteConnection {
    /// The rows as values.
    func rows(_ statement: Statement, _ parameters: [SQLValue]) throws(StoreError) -> [[SQLValue]] {
        try rows(of: try bound(statement, parameters))
    }

    /// The rows of a statement that takes no parameters and is not kept prepared.
    func rowsOnce(_ sql: String) throws(StoreError) -> [[SQLValue]] {
        try rows(of: try prepare(sql))
    }

    private func rows(of prepared: PreparedStatement) throws(StoreError) -> [[SQLValue]] {
        let columnCount = sqlite3_column_count(prepared.handle)
        var rows: [[SQLValue]] = []
        while true {
            switch sqlite3_step(prepared.handle) {
            case SQLITE_ROW:
                rows.append((0..<columnCount).map { SQLValue(prepared.handle, column: $0) })
            case SQLITE_DONE:
                sqlite3_reset(prepared.handle)
                return rows
            default:
                throw failure(of: prepared)
            }
        }
    }

    /// Appends at most `limit` rows to `output`; it is left as it was when an error is thrown.
    func write(
        _ statement: Statement,
        _ parameters: [SQLValue],
        limit: Int,
        into output: RowOutput
    ) throws(StoreError) {
        let prepared = try bound(statement, parameters)
        guard let layout = prepared.shape else {
            throw .failed(code: SQLITE_MISUSE, message: "the statement has no shape")
        }
        let start = (json: output.json.count, rows: output.rows.count)
        let capturedStart = output.captured.count
        var written = 0
        output.hasMore = false
        while true {
            let code = sqlite3_step(prepared.handle)
            guard code == SQLITE_ROW else {
                if code == SQLITE_DONE { break }
                output.json.truncate(to: start.json)
                output.rows.removeSubrange(start.rows...)
                output.captured.removeSubrange(capturedStart...)
                throw failure(of: prepared)
            }
            guard written < limit else {
                output.hasMore = true
                break
            }
            if output.json.count > start.json || start.rows > 0 {
                output.json.append(byte: UInt8(ascii: ","))
            }
            written &+= 1
            appendRow(prepared.handle, layout, isLast: written == limit, to: output)
        }
        sqlite3_reset(prepared.handle)
    }

    /// Appends the row that the statement stands on.
    private func appendRow(
        _ row: OpaquePointer,
        _ layout: RowLayout,
        isLast: Bool,
        to output: RowOutput
    ) {
        let json = output.json
        let start = json.count
        for member in layout.members {
            if member.condition >= 0, sqlite3_column_int(row, member.condition) == 0 { continue }
            json.append(raw: member.prefix, count: member.prefixLength)
            json.appendColumn(member.column, of: row, as: member.format)
        }
        // Each prefix starts with a comma; the first one's place is the brace's.
        if json.count == start {
            json.append(byte: UInt8(ascii: "{"))
        } else {
            json.bytes[start] = UInt8(ascii: "{")
        }
        let shape = layout.shape
        if !shape.isLeftOpen { json.append(byte: UInt8(ascii: "}")) }
        output.rows.append(start..<json.count)
        for column in shape.captured { output.captured.append(SQLValue(row, column: column)) }
        if isLast {
            for column in shape.cursor { output.cursor.append(SQLValue(row, column: column)) }
        }
        if let version = shape.version { output.version = sqlite3_column_int64(row, version) }
    }
}

extension JSONBuffer {
    /// Appends a column's value straight from SQLite's memory.
    @inline(__always)
    func appendColumn(_ column: Int32, of row: OpaquePointer, as format: ColumnFormat) {
        switch format {
        case .string:
            guard let text = sqlite3_column_text(row, column) else { return append(raw: "null") }
            append(string: text, count: Int(sqlite3_column_bytes(row, column)))
        case .plainString:
            guard let text = sqlite3_column_text(row, column) else { return append(raw: "null") }
            append(byte: UInt8(ascii: "\""))
            append(raw: text, count: Int(sqlite3_column_bytes(row, column)))
            append(byte: UInt8(ascii: "\""))
        case .json:
            guard let text = sqlite3_column_text(row, column) else { return append(raw: "null") }
            append(raw: text, count: Int(sqlite3_column_bytes(row, column)))
        case .integer, .number, .boolean, .datetime:
            guard sqlite3_column_type(row, column) != SQLITE_NULL else {
                return append(raw: "null")
            }
            switch format {
            case .integer: append(sqlite3_column_int64(row, column))
            case .number: append(sqlite3_column_double(row, column))
            case .boolean: append(sqlite3_column_int(row, column) != 0)
            default: append(datetime: sqlite3_column_int64(row, column))
            }
        }
    }
}

extension SQLValue {
    /// A column of the row that a statement stands on.
    init(_ row: OpaquePointer, column: Int32) {
        switch sqlite3_column_type(row, column) {
        case SQLITE_INTEGER: self = .integer(sqlite3_column_int64(row, column))
        case SQLITE_FLOAT: self = .real(sqlite3_column_double(row, column))
        case SQLITE_TEXT:
            let text = UnsafeBufferPointer(
                start: sqlite3_column_text(row, column),
                count: Int(sqlite3_column_bytes(row, column))
            )
            self = .text(String(decoding: text, as: UTF8.self))
        case SQLITE_BLOB:
            let bytes = UnsafeRawBufferPointer(
                start: sqlite3_column_blob(row, column),
                count: Int(sqlite3_column_bytes(row, column))
            )
            self = .blob([UInt8](bytes))
        default: self = .null
        }
    }
}
