import JSON
import Storage

/// A part of a person's copy, read page by page so that it never stands in memory whole.
protocol ExportPart {
    /// Reads on from where it stands and adds what it found as elements of a JSON array.
    ///
    /// - Returns: Whether there may be more.
    mutating func read(
        of account: String,
        on connection: any ReadConnection,
        into elements: inout ExportedElements
    ) throws(StoreError) -> Bool
}

/// The elements of an array, with commas between them.
struct ExportedElements {
    private let buffer: JSONBuffer
    private var isFirst = true

    init(_ buffer: JSONBuffer) {
        self.buffer = buffer
    }

    mutating func add(_ value: JSONValue) {
        separate()
        buffer.append(value)
    }

    /// Adds elements that are JSON already, with commas between them.
    mutating func add(raw text: UnsafeRawBufferPointer) {
        guard let start = text.baseAddress, !text.isEmpty else { return }
        separate()
        buffer.append(raw: start, count: text.count)
    }

    private mutating func separate() {
        if !isFirst { buffer.append(byte: UInt8(ascii: ",")) }
        isFirst = false
    }
}

/// Rows that the database writes as JSON, in the order of a key.
struct ExportedRows: ExportPart {
    /// So few that even the largest records are little together.
    static let pageSize = 40

    let statement: Statement
    /// The key of the row before the next one.
    private var last: [SQLValue]

    init(_ statement: Statement, start: [SQLValue]) {
        self.statement = statement
        last = start
    }

    mutating func read(
        of account: String,
        on connection: any ReadConnection,
        into elements: inout ExportedElements
    ) throws(StoreError) -> Bool {
        let output = RowOutput()
        try connection.write(
            statement,
            [.text(account)] + last,
            limit: Self.pageSize,
            budget: .long,
            into: output
        )
        elements.add(raw: output.json.contents)
        guard output.hasMore else { return false }
        last = Array(output.captured.suffix(last.count))
        return true
    }
}
