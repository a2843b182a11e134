import Foundation
import SQLite
import Storage
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

    /// Performs a task and waits until it is over.
    func write(
        _ body: @escaping @Sendable (any WriteTransaction) throws(StoreError) -> WriteDecision
    ) async -> Result<WriteDecision, StoreError> {
        await withCheckedContinuation { continuation in
            submit(ClosureTask(inbox: ContinuationInbox(continuation), body))
        }
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

final class ClosureTask: WriteTask {
    let inbox: any WriteInbox
    private let body: @Sendable (any WriteTransaction) throws(StoreError) -> WriteDecision

    init(
        inbox: any WriteInbox,
        _ body: @escaping @Sendable (any WriteTransaction) throws(StoreError) -> WriteDecision
    ) {
        self.inbox = inbox
        self.body = body
    }

    func perform(in transaction: any WriteTransaction) throws(StoreError) -> WriteDecision {
        try body(transaction)
    }
}

private final class ContinuationInbox: WriteInbox {
    private let continuation: CheckedContinuation<Result<WriteDecision, StoreError>, Never>

    init(_ continuation: CheckedContinuation<Result<WriteDecision, StoreError>, Never>) {
        self.continuation = continuation
    }

    func receive(_ finished: [FinishedWrite]) {
        for write in finished { continuation.resume(returning: write.result) }
    }
}

/// An inbox that is only looked at.
final class ResultInbox: WriteInbox {
    private let received = Mutex<Result<WriteDecision, StoreError>?>(nil)

    var result: Result<WriteDecision, StoreError>? { received.withLock { $0 } }

    func receive(_ finished: [FinishedWrite]) {
        received.withLock { $0 = finished.last?.result }
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
