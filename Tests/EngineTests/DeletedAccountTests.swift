import ExpressionSQL
import Foundation
import JSON
import ModelLanguage
import SQLite
import Storage
import Testing

@testable import Engine

/// An access token is right until it expires, also when its account is gone.
@Suite struct DeletedAccountTests {
    private static let text = """
        app: Test
        modules:
          main:
            collections:
              users:
                accounts: true
                fields:
                  name: { type: string }
                rules: { create: "true", read: "true" }
              notes:
                fields:
                  author: { type: users, onCreate: auth.id, onDelete: cascade }
                  text: { type: string }
                rules: { create: auth != null, read: "true" }
        """
    private static let stranger = "01a1fd97-3602-7381-89bd-0b69e7060bd3"

    private let engine: Engine

    init() throws {
        let model = try ModelLoader.load(Data(Self.text.utf8), path: "mainstay.yaml").model
        let store = try SQLiteStore.temporary()
        try store.apply(store.planMigration(to: model))
        engine = Engine(model: model, store: store)
    }

    private func caller(_ account: String) -> Caller {
        Caller(
            account: account,
            category: CallerClass(role: nil, permissions: []),
            idempotencyScope: ""
        )
    }

    private func create(
        _ body: JSONValue,
        in collection: String,
        by caller: Caller
    ) async throws(Problem) -> WriteAnswer {
        try await engine.perform(
            WriteOperation(
                change: .record(RecordChange(.create(body), in: collection)),
                caller: caller,
                idempotency: nil
            )
        )
    }

    @Test func `a write of an account that is gone is refused for its token`() async throws {
        let problem = await #expect(throws: Problem.self) {
            try await create(["text": "x"], in: "notes", by: caller(Self.stranger))
        }
        #expect(problem?.code == .invalidToken)
        #expect(problem?.detail == "the account no longer exists")
    }

    @Test func `an account that is there is told of what is wrong itself`() async throws {
        let operators = CallerClass(role: nil, permissions: ["users.create"])
        let body: JSONValue = ["email": "ann@example.com", "name": "Ann"]
        let account = try await create(
            body,
            in: "users",
            by: Caller(account: nil, category: operators, idempotencyScope: "")
        )
        let caller = caller(account.id)
        _ = try await create(["text": "x"], in: "notes", by: caller)
        try engine.makeReader().checkAccount(of: caller)
        let reader = try engine.makeReader()
        #expect(throws: Problem.self) { try reader.checkAccount(of: self.caller(Self.stranger)) }
    }
}
