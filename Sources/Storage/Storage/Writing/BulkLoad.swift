/// A store that takes very many rows at once.
package protocol BulkLoading: Store {
    /// Runs `body` in a transaction of its own, beside no other write, and waits until it is durable.
    ///
    /// Nothing can be taken back to within the transaction, which spares the records that a
    /// savepoint needs: they grow with every page that is written, and are gone through at
    /// every statement. Other writes wait meanwhile, so a load is of some thousand rows.
    func load(
        _ body: @escaping @Sendable (any WriteTransaction) throws(StoreError) -> Void
    ) async throws(StoreError)
}
