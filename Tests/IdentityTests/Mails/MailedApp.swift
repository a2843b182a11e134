import Authenticators
import Engine
import ExpressionSQL
import Identity
import JSON
import Mail
import ModelLanguage
import SQLite
import Storage
import Synchronization
import Testing

/// An app whose accounts get mails, which the test reads in their place.
final class MailedApp: Sendable {
    let clock = ManualClock()
    let store: SQLiteStore
    let engine: Engine
    let identity: IdentityService
    let post = Post()

    /// `accounts` is what the model says of them.
    init(_ accounts: String = "signIn: [password, code]") throws {
        let model = try ModelLoader.load(Self.model(accounts).utf8, path: "mainstay.yaml").model
        store = try SQLiteStore.temporary()
        try store.apply(store.planMigration(to: model))
        engine = Engine(model: model, store: store, clock: clock.engineClock)
        var configuration = IdentityConfiguration()
        configuration.publicURL = "https://app.example/"
        configuration.relyingParty = try RelyingParty(
            publicURL: "https://app.example",
            name: "Notebook"
        )
        identity = try IdentityService(
            engine: engine,
            keys: SigningKeys(SigningKey()),
            mailer: post,
            hasher: PasswordHasher(parameters: AccountsApp.fastParameters, threads: 2),
            configuration: configuration
        )
    }

    deinit {
        store.close()
    }

    static let device = Device(
        address: "203.0.113.7",
        agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        languages: "de-AT,en;q=0.5"
    )
    static let stranger = Device(address: "198.51.100.9", agent: "curl/8")

    /// An account that is there without any mail; its id.
    @discardableResult
    func addAccount(_ handle: String, role: String? = nil) async throws -> String {
        try await identity.createAccount(
            email: "\(handle)@example.com",
            password: identity.hasPasswords ? "correct horse" : nil,
            fields: ["handle": .string(handle)],
            role: role
        )
    }

    func register(
        _ handle: String,
        email: String? = nil,
        password: String = "correct horse",
        invitation: String? = nil
    ) async throws(Problem) -> Registration {
        var members: [JSONValue.Member] = [
            .init("handle", .string(handle)),
            .init("email", .string(email ?? "\(handle)@example.com")),
            .init("password", .string(password)),
        ]
        if let invitation { members.append(.init("invitation", .string(invitation))) }
        return try await identity.register(
            .object(members),
            caller: AccountsApp.stranger,
            device: Self.device
        )
    }

    func signIn(_ handle: String, password: String = "correct horse") async throws(Problem)
        -> TokenPair
    {
        try await identity.signIn(
            email: "\(handle)@example.com",
            password: password,
            device: Self.device
        )
    }

    /// Somebody who signed in just now.
    func caller(_ id: String, permissions: Set<String> = []) -> Caller {
        Caller(
            account: id,
            category: CallerClass(role: nil, permissions: permissions),
            idempotencyScope: id,
            session: SessionFacts(authenticated: clock.seconds * 1_000_000)
        )
    }

    func count(_ table: String, _ condition: String = "TRUE") throws -> Int64? {
        let sql = "SELECT count(*) FROM \"\(table)\" WHERE \(condition)"
        return try store.makeReader().rows(Statement(sql), []).first?.first?.integer
    }

    func email(of id: String) async throws -> String? {
        try await identity.account(id)?.email
    }

    /// How many of several attempts at once succeed.
    static func successes(
        of count: Int = 8,
        _ attempt: @escaping @Sendable () async throws -> Void
    ) async -> Int {
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<count {
                group.addTask { (try? await attempt()) == nil ? 0 : 1 }
            }
            return await group.reduce(0, +)
        }
    }

    static func model(_ accounts: String) -> String {
        """
        app: Notebook
        api: v1
        roles:
          owner: [users.invite, notes.delete]
          moderator: [notes.delete]
        modules:
          main:
            collections:
              users:
                accounts: { \(accounts) }
                fields:
                  handle: { type: string, pattern: "^[a-z0-9_]{3,30}$", unique: true }
                rules: { create: "true", read: "true", update: id == auth.id, delete: id == auth.id }
              notes:
                fields: { body: { type: string } }
                rules: { create: auth != null, read: "true" }
        """
    }
}

extension Registration {
    /// What goes with the code of the mail that was announced; nil if none was.
    var binding: String? {
        if case .verificationSent(let binding) = self { binding } else { nil }
    }
}

/// Takes letters in place of the queue.
final class Post: Mailer {
    private let letters = Mutex<[Letter]>([])

    func enqueue(_ letter: Letter, now: Int64, in transaction: any WriteTransaction) {
        letters.withLock { $0.append(letter) }
    }

    func removeLetters(to address: String, in transaction: any WriteTransaction) -> Int { 0 }

    func wake() {}

    /// All that was written, decoys too.
    var written: [Letter] { letters.withLock { $0 } }
    /// What somebody gets to read.
    var sent: [Letter] { written.filter { !$0.isDecoy } }

    /// The newest letter of a kind.
    func last(_ kind: MailKind, to recipient: String? = nil) throws -> Letter {
        try #require(
            sent.last { $0.kind == kind && (recipient == nil || $0.recipient == recipient) }
        )
    }
}

extension Letter {
    var token: String { values[.token] ?? "" }
    var code: String { values[.code] ?? "" }
}

/// The problem that something ends with; nil if it ends well.
func refused<Value>(_ body: () async throws -> Value) async -> Problem? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? Problem
    }
}
