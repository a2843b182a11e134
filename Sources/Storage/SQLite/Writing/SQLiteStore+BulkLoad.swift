package import Storage

/// What makes a load fast: nothing in it can be taken back singly.
///
/// A row fires triggers, so SQLite would copy each page that the row touches before it does, to undo
/// that row alone; and with a savepoint around, it would go through all those copies at each row.
/// Conflicts that end the transaction, and relations that are not checked, spare both.
extension SQLiteStore: BulkLoading {
    package func load(
        _ body: @escaping @Sendable (any WriteTransaction) throws(StoreError) -> Void
    ) async throws(StoreError) {
        let writer = writer
        let result = await withCheckedContinuation { continuation in
            // The writer is waited for on a thread that may be blocked.
            _ = WorkerThread {
                let result = Result { () throws(StoreError) in
                    try writer.exclusively { connection throws(StoreError) in
                        try connection.load(body)
                    }
                }
                continuation.resume(returning: result)
            }
        }
        try result.get()
    }

    package func insertion(
        into table: String,
        columns: [String],
        encrypted: [EncryptedColumn]
    ) -> Statement {
        let assignments = columns.enumerated().flatMap { index, name in
            let value = "?\(index + 1)"
            let sealed = encrypted.first { $0.column == name }
            return sealed?.assignments(of: value, id: "?1") ?? [(name, value)]
        }
        return Statement(
            "INSERT OR ROLLBACK INTO \(SQL.identifier(table)) "
                + "(\(SQL.identifiers(assignments.map(\.column)))) "
                + "VALUES (\(assignments.map(\.value).joined(separator: ", ")))"
        )
    }
}

extension SQLiteConnection {
    /// The pages that rows in no order of an index touch have to stay in memory: with a cache of
    /// 16 MB half a million rows took three times as long.
    private static let loadCacheKibibytes = 262_144

    /// One transaction without savepoints; all of it is kept, or nothing.
    ///
    /// The connection keeps its large cache afterwards, for the next load.
    fileprivate func load(
        _ body: (any WriteTransaction) throws(StoreError) -> Void
    ) throws(StoreError) {
        functions.write = nil
        try run("PRAGMA cache_size = -\(Self.loadCacheKibibytes)")
        try run("PRAGMA foreign_keys = OFF")
        defer { try? run("PRAGMA foreign_keys = ON") }
        try run("BEGIN IMMEDIATE")
        do throws(StoreError) {
            try body(SQLiteTransaction(connection: self))
            try run("COMMIT")
        } catch {
            if !isOutsideTransaction { try? run("ROLLBACK") }
            throw error
        }
    }
}
