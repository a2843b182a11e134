import Engine
import ExpressionSQL
import JSON
import Mail
import Testing

@testable import Identity

/// Somebody else begins a sign-up with a person's address, so that the person completes it by mail.
@Suite struct SignUpHijackTests {
    let app: MailedApp

    init() throws {
        app = try MailedApp("signIn: [password, anonymous], verifyEmail: true")
    }

    private func begin(_ handle: String, password: String) async throws {
        _ = try await app.identity.register(
            [
                "handle": .string(handle), "email": "ann@example.com",
                "password": .string(password),
            ],
            caller: AccountsApp.stranger,
            device: MailedApp.device
        )
    }

    private func follow(_ token: String) async throws(Problem) {
        _ = try await app.identity.verify(token: token, device: .unknown, isBrowser: false)
    }

    @Test func `a link makes no account with the password of whoever else signed up`()
        async throws
    {
        try await begin("ann", password: "ann's password")
        let own = try app.post.last(.verify).token
        try await begin("eve", password: "eve's password")
        let other = try app.post.last(.verify).token
        for token in [other, own] { _ = await refused { try await follow(token) } }
        let entered = await refused { try await app.signIn("ann", password: "eve's password") }
        #expect(entered?.code == .invalidCredentials)
    }

    @Test func `a sign-up of somebody else takes the place of none`() async throws {
        try await begin("ann", password: "ann's password")
        let own = try app.post.last(.verify).token
        try await begin("eve", password: "eve's password")
        #expect(await refused { try await follow(own) }?.code != .invalidCode)
    }

    @Test func `a link gives no address to an anonymous account that somebody else has`()
        async throws
    {
        let guest = try await app.identity.signUpAnonymously(
            fields: ["handle": "eve"],
            caller: AccountsApp.stranger,
            device: MailedApp.device,
            isBrowser: false
        ).account
        _ = try await app.identity.upgrade(
            app.caller(guest),
            email: "ann@example.com",
            password: "eve's password",
            device: MailedApp.device,
            isBrowser: false
        )
        let token = try app.post.last(.verify).token
        _ = await refused { try await follow(token) }
        #expect(try await app.email(of: guest) == nil)
    }

    @Test func `a link does not verify an account that somebody else made before`() async throws {
        _ = try await app.identity.signUp(
            fields: AccountsApp.body("ann", password: "eve's password"),
            caller: AccountsApp.stranger
        )
        _ = try await app.identity.resendVerification(
            email: "ann@example.com",
            device: MailedApp.device
        )
        let token = try app.post.last(.verify).token
        _ = await refused { try await follow(token) }
        #expect(await refused { try await app.signIn("ann", password: "eve's password") } != nil)
    }
}

/// What happens to an anonymous account while its upgrade is under way.
@Suite struct UpgradeRaceTests {
    let app: MailedApp

    init() throws {
        app = try MailedApp("signIn: [password, anonymous]")
    }

    private func start() async throws -> TokenPair {
        try await app.identity.signUpAnonymously(
            fields: ["handle": "eve"],
            caller: AccountsApp.stranger,
            device: MailedApp.device,
            isBrowser: false
        )
    }

    private func requestAddress(
        _ email: String,
        for account: String
    ) async throws -> (token: String, binding: String) {
        let binding = try await app.identity.requestAddressChange(
            to: email,
            caller: app.caller(account),
            device: MailedApp.device
        )
        return (try app.post.last(.emailChange).token, binding)
    }

    private func confirm(_ mail: (token: String, binding: String)) async throws(Problem) {
        try await app.identity.confirmAddressChange(
            token: mail.token,
            claim: VerificationClaim(binding: mail.binding),
            device: MailedApp.device
        )
    }

    @Test func `an address that is verified meanwhile is not replaced by one that is not`()
        async throws
    {
        let account = try await start().account
        try await confirm(try await requestAddress("me@example.org", for: account))
        // The upgrade had begun before, and has computed its hash by now.
        let refusal = await refused {
            try await app.identity.carryOut(
                AnonymousUpgrade(
                    service: app.identity,
                    email: "boss@example.com",
                    hash: "a hash",
                    consents: nil,
                    ticket: nil,
                    device: MailedApp.device
                ),
                of: account
            )
        }
        #expect(refusal?.code == .ruleDenied)
        #expect(try await app.email(of: account) == "me@example.org")
        let state = try #require(try await app.identity.account(account))
        #expect(state.verified != nil && state.password == nil)
    }

    @Test func `a change of address that waits falls with the upgrade`() async throws {
        let account = try await start().account
        let mail = try await requestAddress("me@example.org", for: account)
        _ = try await app.identity.upgrade(
            app.caller(account),
            email: "boss@example.com",
            password: "correct horse",
            device: MailedApp.device,
            isBrowser: false
        )
        #expect(await refused { try await confirm(mail) }?.code == .invalidCode)
        #expect(try await app.identity.account(account)?.verified == nil)
    }

    /// An account of a provider or of a passkey, without an address, is no anonymous one.
    @Test func `an account with another way in is upgraded by who proved lately who they are`()
        async throws
    {
        let account = try await start().account
        let stale = Caller(
            account: account,
            category: CallerClass(role: nil, permissions: []),
            idempotencyScope: account,
            session: SessionFacts(authenticated: (app.clock.seconds - 700) * 1_000_000)
        )
        func upgrade(_ caller: Caller) async throws(Problem) {
            _ = try await app.identity.upgrade(
                caller,
                email: "me@example.org",
                password: "correct horse",
                device: MailedApp.device,
                isBrowser: false
            )
        }
        #expect(
            await refused { try await upgrade(stale) }?.code == .reauthenticationRequired
        )
        #expect(try await app.email(of: account) == nil)
        let anonymous = Caller(
            account: account,
            category: CallerClass(role: nil, permissions: []),
            idempotencyScope: account,
            session: SessionFacts(
                anonymous: true,
                authenticated: (app.clock.seconds - 700) * 1_000_000
            )
        )
        try await upgrade(anonymous)
        #expect(try await app.email(of: account) == "me@example.org")
    }

    @Test func `an anonymous session does not upgrade an account that has a passkey by now`()
        async throws
    {
        let app = try MailedApp("signIn: [password, anonymous, passkey]")
        let account = try await app.identity.signUpAnonymously(
            fields: ["handle": "eve"],
            caller: AccountsApp.stranger,
            device: MailedApp.device,
            isBrowser: false
        ).account
        _ = try await app.addPasskey(to: account)
        app.clock.advance(seconds: 700)
        let anonymous = Caller(
            account: account,
            category: CallerClass(role: nil, permissions: []),
            idempotencyScope: account,
            session: SessionFacts(
                anonymous: true,
                authenticated: (app.clock.seconds - 700) * 1_000_000
            )
        )
        let refusal = await refused {
            try await app.identity.upgrade(
                anonymous,
                email: "me@example.org",
                password: "correct horse",
                device: MailedApp.device,
                isBrowser: false
            )
        }
        #expect(refusal?.code == .reauthenticationRequired)
    }
}
