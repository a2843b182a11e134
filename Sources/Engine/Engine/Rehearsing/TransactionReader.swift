import Storage

/// Reads inside a write transaction, so that what it did and did not commit is seen.
final class TransactionReader: ReadConnection {
    /// Set while a rehearsal runs.
    var transaction: (any WriteTransaction)?
    private var version: Int64 = 0

    func beginSnapshot() throws(StoreError) {}
    func endSnapshot() {}

    func write(
        _ statement: Statement,
        _ parameters: [SQLValue],
        limit: Int,
        budget: ReadBudget,
        into output: RowOutput
    ) throws(StoreError) {
        guard let transaction else { throw .closed }
        try transaction.write(statement, parameters, limit: limit, into: output)
    }

    func rows(
        _ statement: Statement,
        _ parameters: [SQLValue],
        budget: ReadBudget
    ) throws(StoreError) -> [[SQLValue]] {
        guard let transaction else { throw .closed }
        return try transaction.rows(statement, parameters)
    }

    /// Another one each time: what was counted before may be undone.
    func dataVersion() throws(StoreError) -> Int64 {
        version += 1
        return version
    }

    /// Nothing is planned here: a rehearsal is in no hurry and disturbs nobody.
    func queryPlan(of statement: Statement) throws(StoreError) -> QueryPlan {
        QueryPlan(steps: [], isUnbounded: false)
    }
}
