import CSQLite
import Storage

/// Runs tasks in one transaction, each in a savepoint of its own.
///
///     BEGIN IMMEDIATE → (SAVEPOINT → task → RELEASE | ROLLBACK TO, RELEASE)… → COMMIT
///
/// A full or failing disk can end the transaction under a task. Then nothing of the group is kept
/// and all its tasks hear of the error; the next group starts afresh.
final class WriteGroup {
    private let connection: SQLiteConnection
    private let transaction: SQLiteTransaction
    private let options: SQLiteOptions
    private let begin: PreparedStatement
    private let commit: PreparedStatement
    private let rollback: PreparedStatement
    private let savepoint: PreparedStatement
    private let release: PreparedStatement
    private let rollbackToSavepoint: PreparedStatement

    init(connection: SQLiteConnection, options: SQLiteOptions) throws(StoreError) {
        self.connection = connection
        self.options = options
        transaction = SQLiteTransaction(connection: connection)
        begin = try connection.prepare("BEGIN IMMEDIATE")
        commit = try connection.prepare("COMMIT")
        rollback = try connection.prepare("ROLLBACK")
        savepoint = try connection.prepare("SAVEPOINT task")
        release = try connection.prepare("RELEASE task")
        rollbackToSavepoint = try connection.prepare("ROLLBACK TO task")
    }

    /// Runs tasks from the front of `tasks` until the group is large enough; answers how each ended.
    func run(_ tasks: ArraySlice<any WriteTask>) -> [FinishedWrite] {
        let group = tasks.prefix(max(options.groupLimit, 1))
        var finished: [FinishedWrite] = []
        finished.reserveCapacity(group.count)
        // Those who have to hear of it if the transaction fails: all, until it has begun.
        var started = group.count
        do throws(StoreError) {
            try connection.finish(begin)
            started = 0
            let end = monotonicNanoseconds() + Int64(options.groupMicroseconds) * 1_000
            for task in group {
                started += 1
                let result = try perform(task)
                finished.append(FinishedWrite(task: task, result: result))
                if monotonicNanoseconds() > end { break }
            }
            try connection.finish(commit)
            return finished
        } catch {
            if !connection.isOutsideTransaction { try? connection.finish(rollback) }
            return group.prefix(started).enumerated().map { index, task in
                // Whoever was refused on its own keeps that answer.
                if index < finished.count, case .failure = finished[index].result {
                    return finished[index]
                }
                return FinishedWrite(task: task, result: .failure(error))
            }
        }
    }

    /// Throws only when the whole transaction is lost.
    private func perform(
        _ task: any WriteTask
    ) throws(StoreError) -> Result<WriteDecision, StoreError> {
        connection.functions.write = nil
        try connection.finish(savepoint)
        let result: Result<WriteDecision, StoreError>
        do throws(StoreError) {
            result = .success(try task.perform(in: transaction))
        } catch {
            if connection.isOutsideTransaction { throw error }
            result = .failure(error)
        }
        guard !connection.isOutsideTransaction else {
            throw .failed(code: SQLITE_ABORT, message: "the transaction was ended")
        }
        if case .success(.commit) = result {
        } else {
            try connection.finish(rollbackToSavepoint)
        }
        try connection.finish(release)
        return result
    }
}
