import Foundation
import SQLite
import Storage
import StoreConformance
import Synchronization

/// A folder that is removed when it is let go of.
final class TemporaryDirectory {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "mainstay-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}

extension SQLiteStore {
    func rows(_ sql: String) throws -> [[SQLValue]] {
        try makeReader().rows(Statement(sql), [])
    }

    func add(_ id: String, text: String) async -> Result<WriteDecision, StoreError> {
        await write { transaction throws(StoreError) in
            let sql = #"INSERT INTO "notes" VALUES (?1, ?2, 0, 0)"#
            _ = try transaction.execute(Statement(sql), [.text(id), .text(text)])
            return .commit
        }
    }

    /// Sets a pragma of the writer's connection.
    func pragma(_ setting: String) async throws {
        _ = try await write { transaction throws(StoreError) in
            _ = try transaction.rows(Statement("PRAGMA \(setting)"), [])
            return .commit
        }.get()
    }
}

/// Something that happens once, which tasks and threads may wait for.
final class Signal: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let state = Mutex<(isRaised: Bool, waiting: [CheckedContinuation<Void, Never>])>(
        (false, [])
    )

    func raise() {
        let waiting = state.withLock { state in
            state.isRaised = true
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
        semaphore.signal()
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isRaised = state.withLock { state in
                if !state.isRaised { state.waiting.append(continuation) }
                return state.isRaised
            }
            if isRaised { continuation.resume() }
        }
    }

    /// Holds up the calling thread.
    func waitBlocking() {
        semaphore.wait()
    }
}
