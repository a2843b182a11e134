/// One caller's write: done inside a savepoint of its own, in a transaction that it shares with others.
package protocol WriteTask: AnyObject, Sendable {
    /// Does the work on the writer's thread. What it did is taken back when it answers `.rollBack` or throws.
    func perform(in transaction: any WriteTransaction) throws(StoreError) -> WriteDecision

    /// Who is told when it is over; tasks of one inbox are handed over together.
    var inbox: any WriteInbox { get }
}

package enum WriteDecision: Sendable {
    case commit
    case rollBack
}

/// Takes finished writes back to where their callers wait.
package protocol WriteInbox: AnyObject, Sendable {
    /// Called once for the tasks of a group that share this inbox, on the writer's thread, after the commit.
    func receive(_ finished: [FinishedWrite])
}

/// A write that is over, and how it ended.
package struct FinishedWrite: Sendable {
    package let task: any WriteTask
    /// Success once its decision is durable (a commit) or done (a roll-back).
    package let result: Result<WriteDecision, StoreError>

    package init(task: any WriteTask, result: Result<WriteDecision, StoreError>) {
        self.task = task
        self.result = result
    }
}

/// What a write may do to the database while it is performed.
package protocol WriteTransaction: AnyObject {
    /// Who writes, and when: what the event log records of the following changes.
    func setContext(_ context: WriteContext)

    /// Runs a statement that gives no rows; answers how many rows it changed itself.
    func execute(_ statement: Statement, _ parameters: [SQLValue]) throws(StoreError) -> Int

    /// The rows as values.
    func rows(_ statement: Statement, _ parameters: [SQLValue]) throws(StoreError) -> [[SQLValue]]

    /// Appends at most `limit` rows to `output`, as the statement's shape says.
    func write(
        _ statement: Statement,
        _ parameters: [SQLValue],
        limit: Int,
        into output: RowOutput
    ) throws(StoreError)
}

package struct WriteContext: Sendable {
    /// The account that writes; nil for nobody signed in.
    package var actor: String?
    /// The account of the operator who acts as `actor`, if one does.
    package var impersonator: String?
    /// Microseconds since 1970.
    package var now: Int64
    /// Whether values are sealed anew and stay the same, so that there is nothing to tell of.
    package var isResealing = false

    package init(actor: String?, now: Int64, impersonator: String? = nil) {
        self.actor = actor
        self.impersonator = impersonator
        self.now = now
    }
}
