import CSQLite
package import Storage

/// A read-only connection, confined to the thread that made it.
package final class SQLiteReader: ReadConnection {
    private let connection: SQLiteConnection
    private let shortReadMicroseconds: Int
    private let longReadMicroseconds: Int
    private let begin: PreparedStatement
    private let commit: PreparedStatement

    init(path: String, options: SQLiteOptions) throws(StoreError) {
        connection = try SQLiteConnection(path: path, access: .read, options: options)
        shortReadMicroseconds = options.shortReadMicroseconds
        longReadMicroseconds = options.longReadMicroseconds
        begin = try connection.prepare("BEGIN")
        commit = try connection.prepare("COMMIT")
    }

    package func beginSnapshot() throws(StoreError) {
        guard connection.isOutsideTransaction else { return }
        // The time of the read before is not this one's.
        connection.deadline.start(nil)
        try connection.finish(begin)
    }

    package func endSnapshot() {
        guard !connection.isOutsideTransaction else { return }
        connection.deadline.start(nil)
        do throws(StoreError) {
            try connection.finish(commit)
        } catch {
            // A snapshot that stayed open would show the past from now on.
            try? connection.run("ROLLBACK")
        }
    }

    package func write(
        _ statement: Statement,
        _ parameters: [SQLValue],
        limit: Int,
        budget: ReadBudget,
        into output: RowOutput
    ) throws(StoreError) {
        start(budget)
        try connection.write(statement, parameters, limit: limit, into: output)
    }

    package func rows(
        _ statement: Statement,
        _ parameters: [SQLValue],
        budget: ReadBudget
    ) throws(StoreError) -> [[SQLValue]] {
        start(budget)
        return try connection.rows(statement, parameters)
    }

    package func dataVersion() throws(StoreError) -> Int64 {
        start(.short)
        return try connection.rows(Self.dataVersion, []).first?.first?.integer ?? 0
    }

    private static let dataVersion = Statement("PRAGMA data_version")

    package func queryPlan(of statement: Statement) throws(StoreError) -> QueryPlan {
        start(.long)
        let rows = try connection.rowsOnce("EXPLAIN QUERY PLAN " + statement.sql)
        let steps = rows.compactMap { $0.last?.text }
        return QueryPlan(steps: steps, sql: statement.sql)
    }

    private func start(_ budget: ReadBudget) {
        switch budget {
        case .short: connection.deadline.start(shortReadMicroseconds)
        case .long: connection.deadline.start(longReadMicroseconds)
        }
    }
}
