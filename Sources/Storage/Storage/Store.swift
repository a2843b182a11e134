package import ModelLanguage

/// Keeps the records of a model, and their event log.
///
/// A second store has to pass the same conformance suite (`StoreConformance` among the tests).
package protocol Store: AnyObject, Sendable {
    /// A connection for the calling thread or event loop.
    func makeReader() throws(StoreError) -> any ReadConnection

    /// Queues a write; its inbox hears of it once it is durable or refused.
    func submit(_ task: any WriteTask)

    /// Compares the model with the database.
    func planMigration(to model: Model) throws(StoreError) -> MigrationPlan

    /// Carries out a plan in one transaction, and records it.
    func apply(_ plan: MigrationPlan) throws(StoreError)

    /// Finishes queued writes, then lets go of the database.
    func close()
}
