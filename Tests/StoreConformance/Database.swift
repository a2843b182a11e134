import ModelLanguage
import Storage

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
        try await store.write { transaction throws(StoreError) in
            transaction.setContext(WriteContext(actor: actor, now: Self.now))
            return try body(transaction)
        }.get()
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
