import Engine
import ExpressionSQL
import Identity
import JSON
import ModelLanguage
import SQLite
import Storage
import Synchronization

/// A small app with accounts, on a store of its own, at a time that the test sets.
final class AccountsApp: Sendable {
    let clock = ManualClock()
    let key = SigningKey()
    let keys: SigningKeys
    let store: SQLiteStore
    let engine: Engine
    let identity: IdentityService

    static let fastParameters = Argon2Parameters(memoryKibibytes: 8, iterations: 1, parallelism: 1)

    init() throws {
        let model = try ModelLoader.load(Self.model.utf8, path: "mainstay.yaml").model
        store = try SQLiteStore.temporary()
        try store.apply(store.planMigration(to: model))
        keys = SigningKeys(key)
        engine = Engine(model: model, store: store, clock: clock.engineClock)
        identity = try Self.makeService(engine: engine, keys: keys, parameters: Self.fastParameters)
    }

    deinit {
        store.close()
    }

    static func makeService(
        engine: Engine,
        keys: SigningKeys,
        parameters: Argon2Parameters
    ) throws -> IdentityService {
        let hasher = PasswordHasher(parameters: parameters, threads: 2)
        return try IdentityService(engine: engine, keys: keys, hasher: hasher)
    }

    /// Signs somebody up; the id.
    @discardableResult
    func signUp(_ handle: String, password: String = "correct horse") async throws -> String {
        try await identity.signUp(
            fields: Self.body(handle, password: password),
            caller: Self.stranger
        ).id
    }

    func signIn(_ handle: String, password: String = "correct horse") async throws -> TokenPair {
        try await identity.signIn(email: "\(handle)@example.com", password: password)
    }

    func count(_ sql: String) throws -> Int64? {
        try store.makeReader().rows(Statement(sql), []).first?.first?.integer
    }

    func text(_ sql: String) throws -> String? {
        try store.makeReader().rows(Statement(sql), []).first?.first?.text
    }

    static func body(_ handle: String, password: String = "correct horse") -> JSONValue {
        [
            "handle": .string(handle), "email": .string("\(handle)@example.com"),
            "password": .string(password),
        ]
    }

    static let stranger = Caller(
        account: nil,
        category: .anonymous,
        idempotencyScope: "203.0.113.7"
    )

    static func account(_ id: String) -> Caller {
        Caller(
            account: id,
            category: CallerClass(role: nil, permissions: []),
            idempotencyScope: id
        )
    }

    static let model = """
        app: Notebook
        api: v1
        roles:
          moderator: [notes.delete]
        modules:
          main:
            collections:
              users:
                accounts: { signIn: [password] }
                fields:
                  handle: { type: string, pattern: "^[a-z0-9_]{3,30}$", unique: true }
                rules: { create: "true", read: "true", update: id == auth.id, delete: id == auth.id }
              notes:
                fields:
                  author: { type: users, onCreate: auth.id, onDelete: cascade }
                  body: { type: string, maxLength: 500 }
                rules: { create: auth != null, read: "true", delete: author == auth.id }
        """
}

/// A clock that stands until it is moved.
final class ManualClock: Sendable {
    private let time = Mutex<Int64>(1_800_000_000_000_000)

    var engineClock: EngineClock {
        EngineClock { [self] in time.withLock { $0 } }
    }

    var seconds: Int64 {
        time.withLock { $0 } / 1_000_000
    }

    func advance(milliseconds: Int64) {
        time.withLock { $0 += milliseconds * 1_000 }
    }

    func advance(seconds: Int64) {
        time.withLock { $0 += seconds * 1_000_000 }
    }
}

/// The problem that a body throws; nil if it throws none.
func problem<Value>(_ body: () async throws(Problem) -> Value) async -> Problem? {
    do throws(Problem) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

/// Engines over a store that vanishes.
enum Engines {
    static func withoutAccounts() throws -> Engine {
        let model = """
            app: Bare
            api: v1
            modules: { main: { collections: { notes: { fields: { body: { type: string } } } } } }
            """
        return Engine(
            model: try ModelLoader.load(model.utf8, path: "mainstay.yaml").model,
            store: try SQLiteStore.temporary()
        )
    }
}
