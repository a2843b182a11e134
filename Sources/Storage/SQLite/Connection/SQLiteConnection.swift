import CSQLite
import Storage

/// A connection with its prepared statements and functions, used by one thread at a time.
final class SQLiteConnection {
    enum Access {
        case read
        case write
    }

    let handle: OpaquePointer
    let functions: FunctionContext
    let deadline = ReadDeadline()
    private let arena = ParameterArena()
    private let statementLimit: Int
    private var prepared: [Int: PreparedStatement] = [:]
    private var uses: UInt64 = 0

    init(path: String, access: Access, options: SQLiteOptions) throws(StoreError) {
        handle = try Self.open(path: path, access: access)
        functions = FunctionContext(cipher: options.cipher)
        statementLimit = options.statementLimit
        sqlite3_extended_result_codes(handle, 1)
        csqlite_be_strict(handle)
        functions.register(on: handle)
        deadline.install(on: handle)
        try configure(access: access, options: options)
    }

    private static func open(path: String, access: Access) throws(StoreError) -> OpaquePointer {
        let mode =
            switch access {
            case .read: SQLITE_OPEN_READONLY
            case .write: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            }
        _ = setUp
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, mode | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let opened else {
            let error = StoreError(connection: opened)
            sqlite3_close_v2(opened)
            guard case .failed(let code, let message) = error else { throw error }
            throw .failed(code: code, message: "\"\(path)\" cannot be opened: \(message)")
        }
        return opened
    }

    /// Done once, before the process opens its first connection.
    private static let setUp: Void = csqlite_disable_memory_counts()

    private func configure(access: Access, options: SQLiteOptions) throws(StoreError) {
        sqlite3_busy_timeout(handle, Int32(clamping: options.busyMilliseconds))
        try run("PRAGMA cache_size = -\(options.cacheKibibytes)")
        try run("PRAGMA temp_store = memory")
        try run("PRAGMA trusted_schema = OFF")
        try run("PRAGMA cell_size_check = ON")
        guard access == .write else { return }
        try run("PRAGMA page_size = \(options.pageSize)")
        try run("PRAGMA journal_mode = WAL")
        try run("PRAGMA synchronous = \(options.isDurable ? "FULL" : "OFF")")
        try run("PRAGMA foreign_keys = ON")
        try run("PRAGMA recursive_triggers = ON")
        // What is deleted is overwritten, so that erased data is gone from the file as well.
        try run("PRAGMA secure_delete = ON")
        if let pages = options.maximumPages { try run("PRAGMA max_page_count = \(pages)") }
    }

    deinit {
        prepared.removeAll()
        sqlite3_close_v2(handle)
    }

    /// Runs SQL that gives no rows and takes no parameters, any number of statements.
    func run(_ sql: String) throws(StoreError) {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
            throw functions.takeFailure() ?? StoreError(connection: handle)
        }
    }

    /// Whether no transaction is open: SQLite ends one by itself when the disk is full or fails.
    var isOutsideTransaction: Bool {
        sqlite3_get_autocommit(handle) != 0
    }
}

// MARK: - Prepared statements

extension SQLiteConnection {
    func prepare(_ sql: String, shape: RowShape? = nil) throws(StoreError) -> PreparedStatement {
        var sql = sql
        var prepared: OpaquePointer?
        let code = sql.withUTF8 { text in
            text.withMemoryRebound(to: CChar.self) { text in
                sqlite3_prepare_v3(
                    handle,
                    text.baseAddress,
                    Int32(clamping: text.count),
                    UInt32(SQLITE_PREPARE_PERSISTENT),
                    &prepared,
                    nil
                )
            }
        }
        guard code == SQLITE_OK else { throw StoreError(connection: handle) }
        guard let prepared else {
            throw .failed(code: SQLITE_MISUSE, message: "the statement is empty")
        }
        return PreparedStatement(handle: prepared, shape: shape)
    }

    /// The connection's prepared form of a statement, with its parameters bound.
    func bound(
        _ statement: Statement,
        _ parameters: [SQLValue]
    ) throws(StoreError) -> PreparedStatement {
        uses &+= 1
        let found: PreparedStatement
        if let known = prepared[statement.id] {
            found = known
        } else {
            found = try prepare(statement.sql, shape: statement.shape)
            if prepared.count >= statementLimit { forgetOldStatements() }
            prepared[statement.id] = found
        }
        found.lastUse = uses
        guard arena.bind(parameters, to: found) else {
            throw .failed(
                code: SQLITE_RANGE,
                message: "\(parameters.count) parameters do not fit the statement"
            )
        }
        return found
    }

    /// Forgets the quarter of the statements that was not used for longest.
    private func forgetOldStatements() {
        let ages = prepared.values.map(\.lastUse).sorted()
        let bound = ages[ages.count / 4]
        prepared = prepared.filter { $0.value.lastUse > bound }
    }

    /// Runs a statement to its end; answers how many rows it changed itself.
    func execute(_ statement: Statement, _ parameters: [SQLValue]) throws(StoreError) -> Int {
        let prepared = try bound(statement, parameters)
        try finish(prepared)
        return Int(sqlite3_changes64(handle))
    }

    /// Steps a bound statement to its end and resets it.
    func finish(_ prepared: PreparedStatement) throws(StoreError) {
        var code = SQLITE_ROW
        while code == SQLITE_ROW { code = sqlite3_step(prepared.handle) }
        guard code == SQLITE_DONE else { throw failure(of: prepared) }
        sqlite3_reset(prepared.handle)
    }

    /// The error of a step that failed; resets the statement.
    func failure(of prepared: PreparedStatement) -> StoreError {
        let error = functions.takeFailure() ?? StoreError(connection: handle)
        sqlite3_reset(prepared.handle)
        return error
    }
}
