import ModelLanguage
import Storage
import Synchronization

/// A store with words for what the checks do over and over.
struct Database: Sendable {
    let store: any Store

    /// A store that is migrated to a model.
    init(_ store: any Store, _ model: Model = TestModel.social) throws {
        self.store = store
        try store.apply(store.planMigration(to: model))
    }

    /// The moment at which everything is written, 2026-11-21T08:23:26.123456Z.
    static let now: Int64 = 1_795_249_406_123_456

    /// Performs a task and waits until it is over.
    @discardableResult
    func write(
        actor: String? = "someone",
        _ body: @escaping @Sendable (any WriteTransaction) throws(StoreError) -> WriteDecision
    ) async throws -> WriteDecision {
        let result = await withCheckedContinuation { continuation in
            store.submit(
                Task(inbox: ResumingInbox(continuation)) { transaction throws(StoreError) in
                    transaction.setContext(WriteContext(actor: actor, now: Self.now))
                    return try body(transaction)
                }
            )
        }
        return try result.get()
    }

    /// Runs statements in one write that is committed.
    func run(_ statements: (String, [SQLValue])..., actor: String? = "someone") async throws {
        try await write(actor: actor) { transaction throws(StoreError) in
            for (sql, parameters) in statements {
                _ = try transaction.execute(Statement(sql), parameters)
            }
            return .commit
        }
    }

    func insert(_ table: String, _ values: [String: SQLValue]) async throws {
        let (sql, parameters) = Self.insert(table, values)
        try await run((sql, parameters))
    }

    /// An INSERT of a record, with `created` and `updated` unless they are given.
    static func insert(
        _ table: String,
        _ values: [String: SQLValue]
    ) -> (sql: String, parameters: [SQLValue]) {
        let times: [String: SQLValue] = ["created": .integer(now), "updated": .integer(now)]
        let all = times.merging(values) { _, given in given }.sorted { $0.key < $1.key }
        let names = all.map { "\"\($0.key)\"" }.joined(separator: ", ")
        let places = (1...all.count).map { "?\($0)" }.joined(separator: ", ")
        return ("INSERT INTO \"\(table)\" (\(names)) VALUES (\(places))", all.map(\.value))
    }

    /// The rows of a query, on a connection of its own.
    func rows(_ sql: String, _ parameters: [SQLValue] = []) throws -> [[SQLValue]] {
        try store.makeReader().rows(Statement(sql), parameters)
    }

    /// The first column of the first row.
    func value(_ sql: String, _ parameters: [SQLValue] = []) throws -> SQLValue? {
        try rows(sql, parameters).first?.first
    }

    /// Users, each with its name as id, handle and the start of its address.
    func addUsers(_ names: String...) async throws {
        for name in names {
            try await insert(
                "users",
                [
                    "id": .text(name), "handle": .text(name),
                    "email": .text("\(name)@example.org"),
                ]
            )
        }
    }

    func addPost(_ id: String, by author: String, _ more: [String: SQLValue] = [:]) async throws {
        let values: [String: SQLValue] = [
            "id": .text(id), "author": .text(author), "body": .text("words"),
        ]
        try await insert("posts", values.merging(more) { _, given in given })
    }
}

/// A task made of a closure.
final class Task: WriteTask {
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

/// An inbox for one task, which resumes whoever waits for it.
private final class ResumingInbox: WriteInbox {
    private let continuation: CheckedContinuation<Result<WriteDecision, StoreError>, Never>

    init(_ continuation: CheckedContinuation<Result<WriteDecision, StoreError>, Never>) {
        self.continuation = continuation
    }

    func receive(_ finished: [FinishedWrite]) {
        for write in finished { continuation.resume(returning: write.result) }
    }
}

/// An inbox that keeps what it is handed, for tasks that are submitted together.
final class CollectingInbox: WriteInbox {
    fileprivate struct State {
        var deliveries: [[FinishedWrite]] = []
        var waiting: (count: Int, continuation: CheckedContinuation<Void, Never>)?
    }

    private let state = Mutex(State())

    func receive(_ finished: [FinishedWrite]) {
        let ready = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.deliveries.append(finished)
            guard let waiting = state.waiting, state.total >= waiting.count else { return nil }
            state.waiting = nil
            return waiting.continuation
        }
        ready?.resume()
    }

    /// Waits for so many tasks; answers them as they were handed over.
    func deliveries(of count: Int) async -> [[FinishedWrite]] {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.total >= count { return true }
                state.waiting = (count, continuation)
                return false
            }
            if isThere { continuation.resume() }
        }
        return state.withLock { $0.deliveries }
    }
}

extension CollectingInbox.State {
    fileprivate var total: Int { deliveries.reduce(0) { $0 + $1.count } }
}
