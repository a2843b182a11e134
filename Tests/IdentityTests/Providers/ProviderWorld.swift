import Engine
import Identity
import JSON
import ModelLanguage
import OpenIDConnect
import SQLite
import Storage
import Synchronization

/// A provider whose answers the test sets.
final class StubProvider: SignInProvider {
    let settings: ProviderSettings
    let answer: Mutex<Result<ExternalIdentity, ProviderError>>

    init(_ name: String) {
        settings = ProviderSettings(
            name: name,
            title: name,
            kind: .openID(.init(issuer: "https://\(name).example")),
            client: ClientRegistration(id: "app", credential: .none),
            scopes: []
        )
        answer = Mutex(.failure(.denied("access_denied")))
    }

    func address(
        for pending: PendingAuthorization,
        state: String
    ) async throws(ProviderError) -> String {
        "https://\(settings.name).example/?state=\(state)"
    }

    func finish(
        _ response: AuthorizationResponse,
        pending: PendingAuthorization
    ) async throws(ProviderError) -> ExternalIdentity {
        try answer.withLock { $0 }.get()
    }

    /// Who comes back next.
    func prove(
        _ subject: String,
        email: String? = nil,
        isVerified: Bool = true,
        claims: JSONValue = [:]
    ) {
        answer.withLock {
            $0 = .success(
                ExternalIdentity(
                    provider: settings.name,
                    subject: subject,
                    email: email,
                    isEmailVerified: email != nil && isVerified,
                    claims: claims
                )
            )
        }
    }
}

/// An app whose people sign in with a password or with one of two providers.
final class ProviderWorld: Sendable {
    let clock = ManualClock()
    let acme = StubProvider("acme")
    let other = StubProvider("other")
    let store: SQLiteStore
    let identity: IdentityService
    let post = Post()

    init(
        accounts: String = "",
        handle: String = "optional: true",
        signIn: String = "password, acme, other"
    ) throws {
        let text = """
            app: Notebook
            api: v1
            roles: { owner: [users.invite, users.update], moderator: [users.update] }
            modules:
              main:
                collections:
                  users:
                    accounts:
                      signIn: [\(signIn)]
                      providers:
                        acme: { issuer: https://acme.example, fields: { handle: nickname } }
                        other: { issuer: https://other.example }
            \(accounts)
                    fields:
                      handle: { type: string, minLength: 1, maxLength: 30, unique: true, \(handle) }
                    rules: { create: "true", read: id == auth.id, update: id == auth.id }
            """
        let model = try ModelLoader.load(text.utf8, path: "mainstay.yaml").model
        store = try SQLiteStore.temporary()
        try store.apply(store.planMigration(to: model))
        identity = try IdentityService(
            engine: Engine(model: model, store: store, clock: clock.engineClock),
            keys: SigningKeys(SigningKey()),
            mailer: post,
            providers: ProviderSet(
                providers: [acme, other],
                redirects: RedirectPolicy(home: "https://app.example", prefixes: []),
                api: "https://app.example/v1"
            ),
            hasher: PasswordHasher(parameters: AccountsApp.fastParameters, threads: 1)
        )
    }

    deinit {
        store.close()
    }

    func count(_ table: String) throws -> Int64? {
        try store.makeReader().rows(Statement("SELECT count(*) FROM \"\(table)\""), [])
            .first?.first?.integer
    }

    func execute(_ sql: String) async throws {
        _ = try await store.transaction { transaction throws(StoreError) in
            try transaction.execute(Statement(sql), [])
        }
    }
}

/// A browser that goes to providers and comes back.
struct Browser {
    let world: ProviderWorld
    var binding: String?

    init(_ world: ProviderWorld) {
        self.world = world
    }

    /// The state that goes to the provider.
    mutating func start(
        _ provider: String = "acme",
        ticket: String? = nil,
        challenge: String? = nil
    ) async throws(Problem) -> String {
        let (address, binding) = try await world.identity.startProviderSignIn(
            ProviderStart(provider: provider, codeChallenge: challenge),
            ticket: ticket,
            binding: binding,
            device: .unknown
        )
        self.binding = binding
        return String(address.drop { $0 != "=" }.dropFirst())
    }

    /// The query of the app's page.
    func comeBack(_ state: String, _ provider: String = "acme") async throws(Problem) -> String {
        let address = try await world.identity.finishProviderSignIn(
            AuthorizationResponse(code: "code"),
            provider: provider,
            state: state,
            binding: binding,
            device: .unknown
        )
        return String(address.drop { $0 != "?" }.dropFirst())
    }

    /// The code for the app's page.
    mutating func code(
        _ provider: String = "acme",
        ticket: String? = nil,
        challenge: String? = nil
    ) async throws(Problem) -> String {
        let state = try await start(provider, ticket: ticket, challenge: challenge)
        return String(try await comeBack(state, provider).dropFirst("code=".count))
    }

    func exchange(
        _ code: String,
        verifier: String? = nil
    ) async throws(Problem) -> TokenPair {
        try await world.identity.exchangeProviderResult(
            code,
            verifier: verifier,
            binding: binding,
            device: .unknown,
            caller: AccountsApp.stranger
        )
    }

    mutating func signIn(_ provider: String = "acme") async throws(Problem) -> TokenPair {
        let code = try await code(provider)
        return try await exchange(code)
    }
}

extension Problem {
    /// The ticket that the problem came with.
    var ticket: String? { members.first { $0.name == "ticket" }?.value.stringValue }
}
