/// A connection that reads, confined to the thread or event loop that made it.
package protocol ReadConnection: AnyObject {
    /// Opens a snapshot that the following reads share, until `endSnapshot`. A read without one has its own.
    ///
    /// Sharing one snapshot among the reads of an event loop's tick saves their locks; it has
    /// to end with the tick, so that nobody reads the past.
    func beginSnapshot() throws(StoreError)
    func endSnapshot()

    /// Appends at most `limit` rows to `output`, as the statement's shape says.
    ///
    /// `budget` bounds the work: `StoreError.interrupted` once it is used up.
    func write(
        _ statement: Statement,
        _ parameters: [SQLValue],
        limit: Int,
        budget: ReadBudget,
        into output: RowOutput
    ) throws(StoreError)

    /// The rows as values, for small results.
    func rows(
        _ statement: Statement,
        _ parameters: [SQLValue],
        budget: ReadBudget
    ) throws(StoreError) -> [[SQLValue]]

    /// A number of the data that this connection sees: as long as it is the same, so is the data.
    ///
    /// Numbers of different connections say nothing about each other.
    func dataVersion() throws(StoreError) -> Int64

    /// How the database would run a statement.
    func queryPlan(of statement: Statement) throws(StoreError) -> QueryPlan
}

extension ReadConnection {
    /// The rows as values, for small results that may take their time.
    package func rows(
        _ statement: Statement,
        _ parameters: [SQLValue]
    ) throws(StoreError) -> [[SQLValue]] {
        try rows(statement, parameters, budget: .long)
    }
}

/// How long a read may take.
package enum ReadBudget: Sendable {
    /// For reads on an event loop: about two milliseconds.
    case short
    /// For reads on a thread of their own: some seconds.
    case long
}

/// The database's plan for a statement.
package struct QueryPlan: Sendable {
    /// The database's own words, one step a line.
    package let steps: [String]
    /// Whether a whole table or index is read, or rows are sorted in a temporary tree.
    package let isUnbounded: Bool

    package init(steps: [String], isUnbounded: Bool) {
        self.steps = steps
        self.isUnbounded = isUnbounded
    }
}
