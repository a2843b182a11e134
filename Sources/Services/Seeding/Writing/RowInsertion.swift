import Storage

/// The statements that store rows of one collection.
struct RowInsertion: Sendable {
    private let record: Statement
    private let account: (statement: Statement, passwordHash: String)?

    init(table: String, columns: [String], passwordHash: String?) {
        record = Self.insert(into: table, columns)
        account = passwordHash.map { hash in
            (Self.insert(into: "_accounts", ["id", "password", "created", "updated"]), hash)
        }
    }

    func insert(
        _ rows: [SeedRow],
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        for row in rows {
            transaction.setContext(WriteContext(actor: row.actor, now: row.created))
            _ = try transaction.execute(record, row.values)
            guard let account, let id = row.values.first else { continue }
            let created = SQLValue.integer(row.created)
            _ = try transaction.execute(
                account.statement,
                [id, .text(account.passwordHash), created, created]
            )
        }
    }

    private static func insert(into table: String, _ columns: [String]) -> Statement {
        let names = columns.map { "\"\($0)\"" }.joined(separator: ", ")
        let values = columns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
        return Statement("INSERT INTO \"\(table)\" (\(names)) VALUES (\(values))")
    }
}
