package import ModelLanguage
package import Storage
import Synchronization

/// A store in one SQLite file: many readers beside one thread that writes.
///
///     loops and pools ─► SQLiteReader (a read-only connection each) ─┐
///     submit ─► queue ─► SQLiteWriter (one thread, grouped commits) ─┤─► mainstay.db, mainstay.db-wal
///                        Checkpointer (one thread) ──────────────────┘
///
/// A write is answered once its commit is on disk (write-ahead log, `synchronous = FULL`).
package final class SQLiteStore: Store {
    private let directory: DataDirectory
    private let options: SQLiteOptions
    let writer: SQLiteWriter
    private let isClosed = Atomic(false)

    /// What seals its values; nil if nothing does.
    package var cipher: (any ValueCipher)? { options.cipher }

    /// Opens `mainstay.db` in a directory; both are made where they do not exist.
    ///
    /// Throws `StoreError.failed` with a message for people if another server uses the directory.
    package convenience init(
        directory: String,
        options: SQLiteOptions = SQLiteOptions()
    ) throws(StoreError) {
        let directory = try DataDirectory(path: directory, role: options.role)
        try self.init(directory, options: options)
    }

    /// Makes an empty store that vanishes when it is closed, for tests.
    package static func temporary(
        options: SQLiteOptions = SQLiteOptions()
    ) throws(StoreError) -> SQLiteStore {
        try SQLiteStore(try DataDirectory(temporary: ()), options: options)
    }

    private init(_ directory: DataDirectory, options: SQLiteOptions) throws(StoreError) {
        self.directory = directory
        self.options = options
        do throws(StoreError) {
            writer = try SQLiteWriter(path: directory.databasePath, options: options)
        } catch {
            directory.release()
            throw error
        }
    }

    deinit {
        close()
    }

    package func makeReader() throws(StoreError) -> any ReadConnection {
        guard !isClosed.load(ordering: .acquiring) else { throw .closed }
        return try SQLiteReader(path: directory.databasePath, options: options)
    }

    package func submit(_ task: any WriteTask) {
        writer.submit(task)
    }

    package func forgetDeleted() {
        writer.truncateLog()
    }

    package func planMigration(to model: Model) throws(StoreError) -> MigrationPlan {
        // On a connection of its own, so that looking at the data holds up no write.
        let connection = try SQLiteConnection(
            path: directory.databasePath,
            access: .read,
            options: options
        )
        try connection.run("BEGIN")
        return try SQLiteMigrator(connection: connection).plan(to: DatabaseSchema(model))
    }

    package func apply(_ plan: MigrationPlan, allowDataLoss: Bool) throws(MigrationError) {
        let result = Result { () throws(StoreError) in
            try writer.exclusively { connection throws(StoreError) in
                SQLiteMigrator(connection: connection).apply(plan, allowDataLoss: allowDataLoss)
            }
        }
        switch result {
        case .success(let outcome): try outcome.get()
        case .failure(let error): throw .store(error)
        }
    }

    package func close() {
        guard !isClosed.exchange(true, ordering: .sequentiallyConsistent) else { return }
        writer.close()
        directory.release()
    }
}
