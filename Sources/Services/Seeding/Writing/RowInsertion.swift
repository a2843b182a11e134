import ModelLanguage
import Storage

/// The statements that store rows of one collection.
struct RowInsertion: Sendable {
    private let record: Statement
    private let account: (statement: Statement, password: SQLValue)?

    init(
        collection: Collection,
        columns: [String],
        passwordHash: String?,
        in store: any BulkLoading
    ) {
        record = store.insertion(
            into: collection.name,
            columns: columns,
            encrypted: collection.fields.compactMap { $0.encryptedColumn(of: collection.name) }
        )
        account = collection.accounts.map { _ in
            let columns = ["id", "password", "verified", "created", "updated"]
            let password = passwordHash.map { SQLValue.text($0) } ?? .null
            return (store.insertion(into: "_accounts", columns: columns), password)
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
                [id, account.password, created, created, created]
            )
        }
    }
}
