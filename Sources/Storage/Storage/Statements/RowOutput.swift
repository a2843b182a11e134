package import JSON

/// What a statement's rows were written into; reused from request to request.
///
/// Not `Sendable`: one owner, on one thread.
package final class RowOutput {
    /// The rows as JSON objects, with commas between them.
    package let json: JSONBuffer
    /// Where each row's text starts and ends in `json`.
    package var rows: [Range<Int>] = []
    /// The captured columns, row after row.
    package var captured: [SQLValue] = []
    /// The cursor columns of the row that reached the limit; empty where there were fewer rows.
    package var cursor: [SQLValue] = []
    /// The version column of the last row.
    package var version: Int64 = 0
    /// Whether there were more rows than the limit.
    package var hasMore = false

    package init(json: JSONBuffer = JSONBuffer()) {
        self.json = json
    }

    package func removeAll() {
        json.removeAll()
        rows.removeAll(keepingCapacity: true)
        captured.removeAll(keepingCapacity: true)
        cursor.removeAll(keepingCapacity: true)
        version = 0
        hasMore = false
    }
}
