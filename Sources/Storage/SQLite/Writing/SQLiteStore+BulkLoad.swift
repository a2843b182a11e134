package import Storage

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
}

extension SQLiteConnection {
    /// One transaction without savepoints; all of it is kept, or nothing.
    fileprivate func load(
        _ body: (any WriteTransaction) throws(StoreError) -> Void
    ) throws(StoreError) {
        functions.write = nil
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
