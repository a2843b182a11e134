import Authenticators
import Engine
import ExpressionSQL
import JSON
import ModelLanguage
import SQLite
import SoftwareAuthenticator
import Storage
import Testing

@testable import Identity

/// An app with second factors and passkeys, on a store of its own, at a time that the test sets.
final class FactorsApp: Sendable {
    let clock = ManualClock()
    let store: SQLiteStore
    let identity: IdentityService

    init(mfa: String = "optional", signIn: String = "password, passkey") throws {
        let model = try ModelLoader.load(
            Self.model(mfa: mfa, signIn: signIn).utf8,
            path: "mainstay.yaml"
        ).model
        store = try SQLiteStore.temporary()
        try store.apply(store.planMigration(to: model))
        var configuration = IdentityConfiguration()
        configuration.relyingParty = try RelyingParty(
            publicURL: "https://example.org",
            name: "Vault"
        )
        identity = try IdentityService(
            engine: Engine(model: model, store: store, clock: clock.engineClock),
            keys: SigningKeys(SigningKey()),
            hasher: PasswordHasher(parameters: AccountsApp.fastParameters, threads: 2),
            configuration: configuration
        )
    }

    deinit {
        store.close()
    }

    private static func model(mfa: String, signIn: String) -> String {
        """
        app: Vault
        api: v1
        modules:
          main:
            collections:
              users:
                accounts: { signIn: [\(signIn)], mfa: \(mfa) }
                fields:
                  handle: { type: string, pattern: "^[a-z0-9_]{3,30}$", unique: true }
                rules: { create: "true", read: "true", update: id == auth.id }
        """
    }

    static let password = "correct horse"
    static let home = Device(address: "203.0.113.7", agent: "Home")
    static let elsewhere = Device(address: "198.51.100.9", agent: "Elsewhere")

    /// Signs somebody up, who has not signed in; the id.
    func signUp(_ handle: String) async throws -> String {
        try await identity.signUp(
            fields: AccountsApp.body(handle, password: Self.password),
            caller: AccountsApp.stranger
        ).id
    }

    func signIn(_ handle: String, device: Device = home) async throws(Problem) -> TokenPair {
        try await identity.signIn(
            email: "\(handle)@example.com",
            password: Self.password,
            device: device
        )
    }

    /// Somebody who proved `age` seconds ago who they are.
    func caller(_ account: String, age: Int64 = 0) -> Caller {
        Caller(
            account: account,
            category: CallerClass(role: nil, permissions: []),
            idempotencyScope: account,
            session: SessionFacts(authenticated: (clock.seconds - age) * 1_000_000)
        )
    }

    /// The challenge of a sign-in that is refused for want of a factor.
    func challenge(_ handle: String, device: Device = home) async throws -> String {
        let problem = try #require(
            await problem { () throws(Problem) in
                try await self.signIn(handle, device: device)
            }
        )
        return try #require(problem.members.first { $0.name == "challenge" }?.value.stringValue)
    }

    /// Sets an authenticator app up; what it computes codes with.
    func addApp(
        _ enroller: Enroller
    ) async throws -> (app: TOTP, setup: FactorSetup) {
        let begun = try await identity.beginTOTP(enroller, name: nil)
        let app = try #require(TOTP(secret: Self.decode(base32: begun.secret)))
        let setup = try await identity.confirmTOTP(
            enroller,
            id: begun.id,
            code: code(of: app),
            device: Self.home
        )
        return (app, setup)
    }

    /// The code that an app shows some steps from now.
    func code(of app: TOTP, in steps: Int64 = 0) -> String {
        app.code(forStep: app.step(at: clock.seconds) + steps)
    }

    /// Registers a passkey.
    @discardableResult
    func add(
        _ authenticator: VirtualAuthenticator,
        _ enroller: Enroller
    ) async throws -> FactorSetup {
        let options = try await identity.passkeyCreationOptions(enroller)
        return try await identity.registerPasskey(
            enroller,
            credential: authenticator.registration(challenge: Self.challenge(of: options)),
            name: nil,
            device: Self.home
        )
    }

    /// The answer of an authenticator to a request for a sign-in by passkey alone.
    func assertion(_ authenticator: VirtualAuthenticator) async throws -> JSONValue {
        let options = try await identity.passkeyRequestOptions(challenge: nil, device: .unknown)
        return try authenticator.assertion(challenge: Self.challenge(of: options))
    }

    /// An authenticator of an account.
    static func authenticator(of account: String) -> VirtualAuthenticator {
        var authenticator = VirtualAuthenticator()
        authenticator.userHandle = Array(account.utf8)
        return authenticator
    }

    static func challenge(of options: JSONValue) throws -> [UInt8] {
        let text = try #require(options["challenge"]?.stringValue)
        return try #require(VirtualAuthenticator.bytes(base64URL: text))
    }

    func hasSecondFactor(_ tokens: TokenPair) async throws -> Bool? {
        try await identity.sessions(of: tokens.account).first { $0.id == tokens.session }?
            .hasSecondFactor
    }

    func texts(_ sql: String) throws -> [String] {
        try store.makeReader().rows(Statement(sql), []).compactMap { $0.first?.text }
    }

    private static func decode(base32 text: String) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var bytes: [UInt8] = []
        var (bits, count) = (0, 0)
        for letter in text {
            bits = (bits << 5 | (alphabet.firstIndex(of: letter) ?? 0)) & 0xFFFF
            count += 5
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(bits >> count & 0xFF))
        }
        return bytes
    }
}
