import Engine
import ExpressionSQL
import JSON
import Mail
import SoftwareAuthenticator
import Storage
import Testing

@testable import Identity

/// Somebody makes an account with another person's address, leaves ways in to it behind, and waits
/// for the address's owner ("trojan identifiers": Sudhodanan and Paverd, USENIX Security 2022).
@Suite struct PlantedAccessTests {
    let app: MailedApp
    /// The account, made by Eve with Ann's address.
    let account: String
    let passkey: VirtualAuthenticator
    let session: TokenPair

    static let owner = Device(address: "192.0.2.33", agent: "Ann's")

    init() async throws {
        try await self.init(signIn: "password, code, passkey")
    }

    private init(signIn: String, mfa: String = "off") async throws {
        let app = try MailedApp("signIn: [\(signIn)], mfa: \(mfa)")
        let account = try await app.identity.signUp(
            fields: AccountsApp.body("ann", password: "eve's password"),
            caller: AccountsApp.stranger
        ).id
        self.app = app
        self.account = account
        session = try await app.signIn("ann", password: "eve's password")
        _ = try await app.identity.createKey(
            KeyRequest(name: "backdoor", owner: .account(account), scopes: ["*"])
        )
        passkey = try await app.addPasskey(to: account)
        _ = try await app.identity.transaction { transaction throws(StoreError) in
            try transaction.execute(
                Statement(
                    """
                    INSERT INTO "_identities" ("id", "account", "provider", "subject", "created")
                    VALUES ('i', ?1, 'acme', 'eve', 1)
                    """
                ),
                [.text(account)]
            )
        }
    }

    /// What still lets Eve in.
    private func waysIn() async throws -> Set<String> {
        var ways: Set<String> = []
        let password = await refused { try await app.signIn("ann", password: "eve's password") }
        if password?.code != .invalidCredentials { ways.insert("password") }
        let options = try await app.identity.passkeyRequestOptions(challenge: nil, device: .unknown)
        let assertion = try passkey.assertion(challenge: FactorsApp.challenge(of: options))
        let byPasskey = await refused {
            try await app.identity.signIn(passkey: assertion, device: .unknown, isBrowser: false)
        }
        if byPasskey?.code != .invalidPasskey { ways.insert("passkey") }
        if try app.count("_api_keys", "\"revoked\" IS NULL") != 0 { ways.insert("key") }
        if try app.count("_identities") != 0 { ways.insert("identity") }
        let refresh = await refused { try await app.identity.refresh(session.refreshToken) }
        if refresh == nil { ways.insert("session") }
        return ways
    }

    private func resetPassword(on device: Device = owner) async throws {
        try await app.identity.requestPasswordReset(email: "ann@example.com", device: device)
        try await app.identity.resetPassword(
            token: try app.post.last(.passwordReset).token,
            password: "ann's password",
            device: device
        )
    }

    private func signInByCode(on device: Device = owner) async throws -> TokenPair {
        _ = try await app.identity.requestSignInCode(email: "ann@example.com", device: device)
        return try await app.identity.signIn(
            token: try app.post.last(.signInCode).token,
            device: device,
            isBrowser: false
        )
    }

    @Test func `a reset by the address's owner leaves no way in to others`() async throws {
        try await resetPassword()
        #expect(try await waysIn() == [])
        #expect(try await app.signIn("ann", password: "ann's password").account == account)
        #expect(try await app.identity.account(account)?.verified != nil)
    }

    @Test func `a first sign-in by code leaves no way in to others, not even the password`()
        async throws
    {
        let tokens = try await signInByCode()
        #expect(try await waysIn() == [])
        #expect(tokens.account == account)
        #expect(try await app.identity.sessions(of: account).map(\.id) == [tokens.session])
        #expect(try app.post.last(.passwordChanged).recipient == "ann@example.com")
    }

    @Test func `tokens of a planted key are void at once`() async throws {
        try await resetPassword()
        let revocations = app.identity.revocations
        let before = app.clock.seconds - 1
        #expect(revocations.isRevoked(session: "a key", account: account, issuedAt: before))
    }

    @Test func `an account whose address was verified before keeps what it has`() async throws {
        try await app.identity.transaction { transaction throws(StoreError) in
            _ = try transaction.execute(Statement("UPDATE \"_accounts\" SET \"verified\" = 1"), [])
        }
        _ = try await signInByCode()
        #expect(
            try await waysIn() == ["password", "passkey", "key", "identity", "session"]
        )
        try await resetPassword()
        #expect(try await waysIn() == ["passkey", "key", "identity"])
    }

    @Test func `what the account's own browser proves takes nothing away`() async throws {
        let known = try await app.identity.signIn(
            email: "ann@example.com",
            password: "eve's password",
            device: MailedApp.device,
            isBrowser: true
        )
        let token = try #require(known.deviceToken)
        let browser = Device(address: "192.0.2.33", cookies: [Device.knownCookie: token])
        _ = try await signInByCode(on: browser)
        #expect(try await waysIn().isSuperset(of: ["password", "passkey", "key", "identity"]))
        #expect(try await app.identity.account(account)?.verified != nil)
    }

    /// It lets nobody in by itself, and a mailbox must not do away with it.
    @Test func `an authenticator app is asked for as before`() async throws {
        let planted = try await PlantedAccessTests(signIn: "password, code", mfa: "optional")
        let (app, account) = (planted.app, planted.account)
        let begun = try await app.identity.beginTOTP(.caller(app.caller(account)), name: nil)
        try await app.identity.transaction { transaction throws(StoreError) in
            _ = try transaction.execute(
                Statement("UPDATE \"_factors\" SET \"confirmed\" = 1 WHERE \"id\" = ?1"),
                [.text(begun.id)]
            )
        }
        try await planted.resetPassword()
        let refusal = await refused { try await app.signIn("ann", password: "ann's password") }
        #expect(refusal?.code == .secondFactorRequired)
    }

    @Test func `a passkey that only adds to a password stays`() async throws {
        let planted = try await PlantedAccessTests(signIn: "password, code")
        try await planted.resetPassword()
        #expect(try await planted.app.identity.factors(of: planted.account).count == 1)
    }
}

extension MailedApp {
    /// Adds a passkey that the test has.
    func addPasskey(to account: String) async throws -> VirtualAuthenticator {
        var authenticator = FactorsApp.authenticator(of: account)
        authenticator.origin = "https://app.example"
        authenticator.relyingPartyID = "app.example"
        let options = try await identity.passkeyCreationOptions(.caller(caller(account)))
        _ = try await identity.registerPasskey(
            .caller(caller(account)),
            credential: authenticator.registration(challenge: FactorsApp.challenge(of: options)),
            name: nil,
            device: Self.device
        )
        return authenticator
    }
}
