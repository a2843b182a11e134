package import ModelLanguage

/// Keeps the records of a model, and their event log.
///
/// A second store has to pass the same conformance suite (`StoreConformance` among the tests).
package protocol Store: AnyObject, Sendable {
    /// A connection for the calling thread or event loop.
    func makeReader() throws(StoreError) -> any ReadConnection

    /// Queues a write; its inbox hears of it once it is durable or refused.
    ///
    /// A write that cannot be queued, since the store is closed or too many wait, is refused at
    /// once, on the caller's thread.
    func submit(_ task: any WriteTask)

    /// Lets soon go of what files beside the records still have of deleted ones, as far as those who
    /// read at the time allow; waits for nothing.
    func forgetDeleted()

    /// Compares the model with the database.
    func planMigration(to model: Model) throws(StoreError) -> MigrationPlan

    /// Carries out a plan in one transaction, and records it.
    ///
    /// A plan with steps that lose data is refused whole, unless `allowDataLoss` is set.
    func apply(_ plan: MigrationPlan, allowDataLoss: Bool) throws(MigrationError)

    /// Finishes queued writes, then lets go of the database.
    func close()
}

extension Store {
    /// Carries out a plan that loses no data.
    package func apply(_ plan: MigrationPlan) throws(MigrationError) {
        try apply(plan, allowDataLoss: false)
    }
}
