import Storage

/// A task's view of the writer's connection.
final class SQLiteTransaction: WriteTransaction {
    private let connection: SQLiteConnection

    init(connection: SQLiteConnection) {
        self.connection = connection
    }

    func setContext(_ context: WriteContext) {
        connection.functions.write = context
    }

    func execute(_ statement: Statement, _ parameters: [SQLValue]) throws(StoreError) -> Int {
        try connection.execute(statement, parameters)
    }

    func rows(_ statement: Statement, _ parameters: [SQLValue]) throws(StoreError) -> [[SQLValue]] {
        try connection.rows(statement, parameters)
    }

    func write(
        _ statement: Statement,
        _ parameters: [SQLValue],
        limit: Int,
        into output: RowOutput
    ) throws(StoreError) {
        try connection.write(statement, parameters, limit: limit, into: output)
    }
}
