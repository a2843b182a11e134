/// A store that takes very many rows at once.
package protocol BulkLoading: Store {
    /// Runs `body` in a transaction of its own, beside no other write, and waits until it is durable.
    ///
    /// Events and counters are kept as ever. That relations name records which are there is not
    /// checked: the caller answers for it. Other writes wait meanwhile, so a load is of some
    /// thousand rows.
    func load(
        _ body: @escaping @Sendable (any WriteTransaction) throws(StoreError) -> Void
    ) async throws(StoreError)

    /// The statement that inserts a row in a load; one that is refused ends the load.
    ///
    /// It takes a plain value for each of `columns`; those that are `encrypted` are sealed for the
    /// record whose id is the first.
    func insertion(
        into table: String,
        columns: [String],
        encrypted: [EncryptedColumn]
    ) -> Statement
}

extension BulkLoading {
    /// The statement that inserts a row of plain values in a load.
    package func insertion(into table: String, columns: [String]) -> Statement {
        insertion(into: table, columns: columns, encrypted: [])
    }
}
