import Foundation
import ModelLanguage
import SQLite
import Storage
import StoreConformance
import Testing

/// What is SQLite's alone: files, locks, a full disk, and what somebody does to the file by hand.
@Suite struct SQLiteStoreTests {
    private let model = Self.model()

    private static func model(text constraints: Constraints = Constraints()) -> Model {
        let notes = Collection(
            name: "notes",
            module: "main",
            formerName: nil,
            accounts: nil,
            fields: [
                Field(name: "id", type: .uuid, origin: .system),
                Field(name: "text", type: .string, constraints: constraints),
                Field(name: "created", type: .datetime, origin: .system),
                Field(name: "updated", type: .datetime, origin: .system),
            ],
            indexes: [],
            uniqueSets: [],
            validations: [],
            rules: Rules(create: nil, read: nil, update: nil, delete: nil),
            summary: nil
        )
        return Model(
            name: "Test",
            api: "v1",
            roles: [],
            modules: [],
            collections: [notes],
            views: []
        )
    }

    private func makeStore(
        _ options: SQLiteOptions = SQLiteOptions()
    ) throws -> SQLiteStore {
        let store = try SQLiteStore.temporary(options: options)
        try store.apply(store.planMigration(to: model))
        return store
    }

    @Test func `data outlives the store that wrote it`() async throws {
        let directory = try TemporaryDirectory()
        let first = try SQLiteStore(directory: directory.path)
        try first.apply(first.planMigration(to: model))
        #expect(await first.add("a", text: "kept") == .success(.commit))
        first.close()
        let second = try SQLiteStore(directory: directory.path)
        defer { second.close() }
        #expect(try second.planMigration(to: model).isEmpty)
        #expect(try second.rows(#"SELECT "text" FROM "notes""#) == [[.text("kept")]])
    }

    @Test func `what was deleted leaves the log, and who reads for long holds up no write`()
        async throws
    {
        let directory = try TemporaryDirectory()
        let store = try SQLiteStore(directory: directory.path)
        defer { store.close() }
        try store.apply(store.planMigration(to: model))
        let log = URL(filePath: directory.path + "/mainstay.db-wal")
        #expect(await store.add("a", text: "seen") == .success(.commit))
        let reader = try store.makeReader()
        try reader.beginSnapshot()
        #expect(try reader.rows(Statement(#"SELECT "text" FROM "notes""#), []).count == 1)
        #expect(await store.add("b", text: "more") == .success(.commit))
        store.forgetDeleted()
        #expect(await store.add("c", text: "beside the reader") == .success(.commit))
        #expect(try reader.rows(Statement(#"SELECT "text" FROM "notes""#), []).count == 1)
        reader.endSnapshot()
        let deadline = ContinuousClock.now + .seconds(20)
        while try Data(contentsOf: log).count > 0, .now < deadline {
            store.forgetDeleted()
            await Task.yield()
        }
        #expect(try Data(contentsOf: log).isEmpty)
        #expect(try store.rows(#"SELECT count(*) FROM "notes""#) == [[.integer(3)]])
    }

    @Test func `nobody else may read the files`() throws {
        let directory = try TemporaryDirectory()
        let store = try SQLiteStore(directory: directory.path)
        defer { store.close() }
        // The log is there from the first write on.
        try store.apply(store.planMigration(to: model))
        for name in ["mainstay.db", "mainstay.db-wal", "mainstay.lock"] {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: directory.path + "/" + name
            )
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
    }

    @Test func `a second server is refused in words, and a tool is let in`() throws {
        let directory = try TemporaryDirectory()
        let first = try SQLiteStore(directory: directory.path)
        let error = #expect(throws: StoreError.self) {
            try SQLiteStore(directory: directory.path)
        }
        guard case .failed(_, let message)? = error else {
            Issue.record("the error has no message")
            return
        }
        #expect(message.contains("another server uses the data directory"))
        var options = SQLiteOptions()
        options.role = .tool
        try SQLiteStore(directory: directory.path, options: options).close()
        first.close()
        try SQLiteStore(directory: directory.path).close()
    }

    @Test func `a file that is no database is called damaged`() throws {
        let directory = try TemporaryDirectory()
        let text = Data(String(repeating: "no database ", count: 1_000).utf8)
        try text.write(to: URL(filePath: directory.path + "/mainstay.db"))
        let error = #expect(throws: StoreError.self) {
            try SQLiteStore(directory: directory.path)
        }
        guard case .corrupt? = error else {
            Issue.record("\(String(describing: error)) is not the right error")
            return
        }
    }

    @Test func `a full disk fails writes alone, and once there is room they go on`() async throws {
        let store = try makeStore()
        defer { store.close() }
        #expect(await store.add("before", text: "small") == .success(.commit))
        let pages = try #require(try store.rows("PRAGMA page_count").first?.first?.integer)
        try await store.pragma("max_page_count = \(pages + 2)")
        let large = String(repeating: "x", count: 100_000)
        #expect(await store.add("large", text: large) == .failure(.full))
        #expect(try store.rows(#"SELECT "id" FROM "notes""#) == [[.text("before")]])
        try await store.pragma("max_page_count = 1000000")
        #expect(await store.add("large", text: large) == .success(.commit))
        let events = try store.rows(#"SELECT "record" FROM "_events" ORDER BY "seq""#)
        #expect(events == [[.text("before")], [.text("large")]])
    }

    @Test func `writes beyond the queue's limit are refused at once`() async throws {
        var options = SQLiteOptions()
        options.queueLimit = 2
        let store = try makeStore(options)
        let started = Signal()
        let release = Signal()
        let inboxes = [CollectingInbox(), CollectingInbox(), CollectingInbox()]
        store.submit(
            ClosureTask(inbox: inboxes[0]) { _ in
                started.raise()
                release.waitBlocking()
                return .commit
            }
        )
        await started.wait()
        store.submit(ClosureTask(inbox: inboxes[1]) { _ in .commit })
        store.submit(ClosureTask(inbox: inboxes[2]) { _ in .commit })
        #expect(inboxes.map(\.results) == [[], [], [.failure(.busy)]])
        release.raise()
        store.close()
        #expect(
            inboxes.flatMap(\.results) == [.success(.commit), .success(.commit), .failure(.busy)]
        )
    }

    @Test func `a transaction that is lost fails those in it, and the next ones go on`()
        async throws
    {
        var options = SQLiteOptions()
        options.groupMicroseconds = 60_000_000
        let store = try makeStore(options)
        let started = Signal()
        let release = Signal()
        let inboxes = (0..<4).map { _ in CollectingInbox() }
        store.submit(
            ClosureTask(inbox: inboxes[0]) { _ in
                started.raise()
                release.waitBlocking()
                return .commit
            }
        )
        await started.wait()
        let texts = ["INSERT INTO \"notes\" VALUES ('a', '', 0, 0)", "ROLLBACK", "SELECT 1"]
        for (inbox, text) in zip(inboxes.dropFirst(), texts) {
            let statement = Statement(text)
            store.submit(
                ClosureTask(inbox: inbox) { transaction throws(StoreError) in
                    _ = try transaction.rows(statement, [])
                    return .commit
                }
            )
        }
        release.raise()
        store.close()
        let lost = Result<WriteDecision, StoreError>.failure(
            .failed(code: 4, message: "the transaction was ended")
        )
        #expect(
            inboxes.flatMap(\.results) == [.success(.commit), lost, lost, .success(.commit)]
        )
    }

    @Test func `all who wait hear of it when another process holds the lock`() async throws {
        let directory = try TemporaryDirectory()
        var options = SQLiteOptions()
        options.busyMilliseconds = 0
        let server = try SQLiteStore(directory: directory.path, options: options)
        defer { server.close() }
        try server.apply(server.planMigration(to: model))
        options.role = .tool
        let tool = try SQLiteStore(directory: directory.path, options: options)
        let started = Signal()
        let release = Signal()
        async let held = tool.write { _ in
            started.raise()
            release.waitBlocking()
            return .commit
        }
        await started.wait()
        #expect(await server.add("a", text: "") == .failure(.busy))
        #expect(try server.rows(#"SELECT count(*) FROM "notes""#) == [[.integer(0)]])
        release.raise()
        #expect(await held == .success(.commit))
        tool.close()
        #expect(await server.add("a", text: "") == .success(.commit))
    }

    @Test func `what somebody changes by hand is called drift`() async throws {
        let store = try makeStore()
        defer { store.close() }
        try await store.pragma("user_version = 1")
        _ = await store.write { transaction throws(StoreError) in
            for sql in [
                #"ALTER TABLE "notes" ADD COLUMN "extra" TEXT"#,
                #"DROP INDEX "notes(created,id)""#,
                #"CREATE TABLE "mine" ("a")"#,
            ] { _ = try transaction.execute(Statement(sql), []) }
            return .commit
        }
        let plan = try store.planMigration(to: model)
        #expect(
            plan.drift == [
                "\"mine\" was added", "\"notes\" was changed", "\"notes(created,id)\" was dropped",
            ]
        )
        #expect(plan.steps.contains { $0.description.hasPrefix("create the index of notes") })
        try store.apply(plan)
        #expect(try store.planMigration(to: model).isEmpty)
    }

    @Test func `what somebody added to a table is not lost without a word`() async throws {
        let store = try makeStore()
        defer { store.close() }
        _ = await store.write { transaction throws(StoreError) in
            for sql in [
                #"ALTER TABLE "notes" ADD COLUMN "extra" TEXT"#,
                #"CREATE TRIGGER "mine" AFTER DELETE ON "notes" BEGIN SELECT 1; END"#,
            ] { _ = try transaction.execute(Statement(sql), []) }
            return .commit
        }
        #expect(try store.planMigration(to: model).isEmpty)
        var shorter = Constraints()
        shorter.maxLength = 9
        let plan = try store.planMigration(to: Self.model(text: shorter))
        #expect(plan.losses == ["what was added to notes by hand: extra, mine"])
    }

    @Test func `a trigger that somebody dropped comes back`() async throws {
        let store = try makeStore()
        defer { store.close() }
        _ = await store.write { transaction throws(StoreError) in
            _ = try transaction.execute(Statement(#"DROP TRIGGER "notes created""#), [])
            return .commit
        }
        let plan = try store.planMigration(to: model)
        #expect(plan.drift == ["\"notes created\" was dropped"])
        try store.apply(plan)
        #expect(await store.add("a", text: "x") == .success(.commit))
        #expect(try store.rows(#"SELECT count(*) FROM "_events""#) == [[.integer(1)]])
    }

    @Test func `statements beyond the limit are forgotten, not refused`() throws {
        var options = SQLiteOptions()
        options.statementLimit = 8
        let store = try makeStore(options)
        defer { store.close() }
        let reader = try store.makeReader()
        let statements = (0..<50).map { Statement("SELECT \($0) + ?1") }
        for _ in 0..<2 {
            for (index, statement) in statements.enumerated() {
                let rows = try reader.rows(statement, [.integer(1)])
                #expect(rows == [[.integer(Int64(index) + 1)]])
            }
        }
    }

    @Test func `readers see a table that is rebuilt under them`() async throws {
        let store = try makeStore()
        defer { store.close() }
        #expect(await store.add("a", text: "x") == .success(.commit))
        let reader = try store.makeReader()
        let statement = Statement(#"SELECT "text" FROM "notes""#)
        #expect(try reader.rows(statement, []) == [[.text("x")]])
        _ = await store.write { transaction throws(StoreError) in
            let sql = #"ALTER TABLE "notes" ADD COLUMN "n" INTEGER"#
            _ = try transaction.execute(Statement(sql), [])
            return .commit
        }
        #expect(try reader.rows(statement, []) == [[.text("x")]])
    }
}
