import Storage

/// Counts the records of a table that stand in the way of a change.
struct DataCheck {
    private let connection: SQLiteConnection
    private let table: String

    init(_ connection: SQLiteConnection, table: String) {
        self.connection = connection
        self.table = table
    }

    /// How many records meet a condition.
    func count(where condition: String = "TRUE") throws(StoreError) -> Int64 {
        let rows = try connection.rowsOnce(
            "SELECT count(*) FROM \(SQL.identifier(table)) WHERE \(condition)"
        )
        return rows.first?.first?.integer ?? 0
    }

    /// How many groups of records share the values of columns, none of which is null.
    func countDuplicates(_ columns: [String]) throws(StoreError) -> Int64 {
        let list = SQL.identifiers(columns)
        let known = columns.map { "\(SQL.identifier($0)) IS NOT NULL" }
        let rows = try connection.rowsOnce(
            """
            SELECT count(*) FROM (SELECT 1 FROM \(SQL.identifier(table)) \
            WHERE \(known.joined(separator: " AND ")) GROUP BY \(list) HAVING count(*) > 1)
            """
        )
        return rows.first?.first?.integer ?? 0
    }

    /// "1 record", "2 records".
    static func records(_ count: Int64) -> String {
        count == 1 ? "1 record" : "\(count) records"
    }
}
