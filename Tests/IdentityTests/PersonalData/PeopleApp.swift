import Encryption
import Engine
import ExpressionSQL
import Foundation
import Identity
import JSON
import ModelLanguage
import SQLite
import Storage

/// An app on disk with people, what they wrote, and what is kept of them beside it.
final class PeopleApp: Sendable {
    let folder: String
    let clock = ManualClock()
    let ring = KeyRing.ephemeral()
    let keys = SigningKeys()
    let store: SQLiteStore
    let engine: Engine
    let identity: IdentityService

    init() throws {
        folder =
            FileManager.default.temporaryDirectory
            .appending(path: "mainstay-people-\(UUID().uuidString)").path
        var options = SQLiteOptions()
        options.cipher = ring
        store = try SQLiteStore(directory: folder, options: options)
        let model = try ModelLoader.load(Self.model.utf8, path: "people.yaml").model
        try store.apply(store.planMigration(to: model))
        engine = Engine(model: model, store: store, clock: clock.engineClock)
        identity = try IdentityService(
            engine: engine,
            keys: keys,
            cipher: ring,
            hasher: PasswordHasher(parameters: AccountsApp.fastParameters, threads: 1)
        )
    }

    deinit {
        store.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Somebody with two posts, of which one stays when they go, a session and a stored answer.
    func addPerson(_ name: String) async throws -> String {
        let answer = try await identity.signUp(
            fields: [
                "name": .string("\(name)-marker"), "birthday": "1990-04-01",
                "email": .string("\(name)@example.com"), "password": "correct horse",
            ],
            caller: AccountsApp.stranger
        )
        let id = answer.id
        _ = try await identity.signIn(email: "\(name)@example.com", password: "correct horse")
        _ = try await write(.create(["text": .string("\(name)-post-marker")]), in: "posts", as: id)
        _ = try await write(
            .create(["text": .string("\(name)-review-marker"), "stars": 5]),
            in: "reviews",
            as: id
        )
        _ = try await write(
            .update(id: id, ["name": .string("\(name)-second-marker")]),
            in: "users",
            as: id
        )
        return id
    }

    func write(
        _ kind: RecordChange.Kind,
        in collection: String,
        as account: String
    ) async throws -> WriteAnswer {
        clock.advance(seconds: 1)
        return try await engine.perform(
            WriteOperation(
                change: .record(RecordChange(kind, in: collection)),
                caller: AccountsApp.account(account),
                idempotency: IdempotencyKey(key: UUID().uuidString, fingerprint: [1])
            )
        )
    }

    func run(_ sql: String, _ parameters: SQLValue...) async throws {
        let statement = Statement(sql)
        try await store.transaction { transaction throws(StoreError) in
            _ = try transaction.execute(statement, parameters)
        }
    }

    func rows(_ sql: String) throws -> [[SQLValue]] {
        try store.makeReader().rows(Statement(sql), [])
    }

    /// All text and blobs of all tables, as one text.
    func everything() throws -> String {
        let tables = try rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
        var text = ""
        for table in tables.compactMap({ $0[0].text }) {
            for row in try rows("SELECT * FROM \"\(table)\"") {
                for value in row {
                    text += value.text ?? String(decoding: value.blob ?? [], as: UTF8.self)
                    text += "\n"
                }
            }
        }
        return text
    }

    static let model = """
        app: People
        modules:
          m:
            collections:
              users:
                accounts: { signIn: [password], consents: [terms-2026, mail] }
                rules: { create: "true", read: "true", update: id == auth.id }
                fields:
                  name: { type: string, personal: true }
                  birthday: { type: date, encrypted: true, optional: true, read: id == auth.id }
              posts:
                rules: { create: auth != null, read: "true" }
                fields:
                  author: { type: users, onCreate: auth.id, onDelete: cascade }
                  text: { type: string, personal: true }
              reviews:
                rules: { create: auth != null, read: "true" }
                fields:
                  author: { type: users, onCreate: auth.id, optional: true, onDelete: anonymize }
                  text: { type: string, personal: true, optional: true }
                  stars: integer
              follows:
                rules: { create: auth != null, read: "true" }
                fields:
                  follower: { type: users, onCreate: auth.id, onDelete: cascade }
                  followee: { type: users, immutable: true, onDelete: cascade }
                  note: { type: string, optional: true }
              signatures:
                rules: { create: auth != null, read: "true" }
                fields:
                  signer: { type: users, onCreate: auth.id, onDelete: cascade }
                  seen: { type: users, onUpdate: auth.id, onCreate: auth.id, onDelete: cascade }
                  place: string
        """
}
