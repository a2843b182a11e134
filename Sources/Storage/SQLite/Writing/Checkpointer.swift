import CSQLite
import Storage
import Synchronization

/// Moves what was committed from the log into the database file, on a thread beside the writer's.
///
/// Passive checkpoints hinder neither readers nor the writer, but the log starts over only when one
/// has caught up with it. So where writes never pause, the writer waits for one now and then.
final class Checkpointer: Sendable {
    /// The pages in the log from which a checkpoint is worth its while.
    private static let pagesToStart: Int32 = 8_000
    /// The pages in the log from which the writer stops to finish a checkpoint.
    private static let pagesToFinish: Int32 = 24_000

    /// How long an attempt to empty the log waits for readers, and writers for it, in milliseconds.
    private static let patience: Int32 = 100
    private static let attempts = 5

    private struct Request {
        var isCheckpoint = false
        var isTruncation = false
        var isClose = false
    }

    private let request = Monitor(Request())
    /// Held during a checkpoint, of which there is one at a time.
    private let running: CheckpointLock
    private let thread: WorkerThread

    init(path: String, options: SQLiteOptions) {
        let request = request
        let running = CheckpointLock()
        self.running = running
        thread = WorkerThread {
            // Without a connection of its own the writer checkpoints alone.
            guard
                let connection = try? SQLiteConnection(path: path, access: .write, options: options)
            else { return }
            while true {
                let next = request.wait { request -> Request? in
                    let taken = request
                    guard taken.isCheckpoint || taken.isTruncation || taken.isClose else {
                        return nil
                    }
                    request = Request(isClose: taken.isClose)
                    return taken
                }
                if next.isTruncation {
                    running.truncate(
                        connection.handle,
                        attempts: Self.attempts,
                        patience: Self.patience
                    )
                }
                if next.isClose { return }
                if next.isCheckpoint { running.checkpoint(connection.handle) }
            }
        }
    }

    /// Hears of each of the writer's commits; takes the place of SQLite's own automatic checkpoints.
    func watch(_ writer: SQLiteConnection) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_wal_hook(writer.handle, onCommit, context)
    }

    /// Empties the log soon, so that nothing that was deleted stays in it.
    ///
    /// Where readers hold that up for longer than a moment, it is left to be overwritten.
    func truncate() {
        request.update { $0.isTruncation = true }
    }

    /// Finishes a truncation that was asked for.
    func close() {
        request.update { $0.isClose = true }
        thread.join()
    }

    fileprivate func committed(pages: Int32, by connection: OpaquePointer?) {
        guard pages >= Self.pagesToStart else { return }
        if pages >= Self.pagesToFinish { return running.checkpoint(connection) }
        request.update { $0.isCheckpoint = true }
    }
}

private final class CheckpointLock: Sendable {
    private let mutex = Mutex(())

    func checkpoint(_ connection: OpaquePointer?) {
        mutex.withLock { _ in
            // What it could not move stays in the log for the next one.
            _ = sqlite3_wal_checkpoint_v2(connection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        }
    }

    /// Moves the whole log into the file and cuts it to nothing; `patience` is in milliseconds.
    func truncate(_ connection: OpaquePointer?, attempts: Int, patience: Int32) {
        sqlite3_busy_timeout(connection, patience)
        for _ in 0..<attempts {
            let code = mutex.withLock { _ in
                sqlite3_wal_checkpoint_v2(connection, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
            }
            guard code == SQLITE_BUSY else { return }
        }
    }
}

private let onCommit:
    @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<CChar>?, Int32) -> Int32 =
        {
            context,
            connection,
            _,
            pages in
            if let context {
                Unmanaged<Checkpointer>.fromOpaque(context).takeUnretainedValue()
                    .committed(pages: pages, by: connection)
            }
            return SQLITE_OK
        }
