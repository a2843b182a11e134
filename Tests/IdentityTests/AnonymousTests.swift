import Engine
import Identity
import JSON
import Mail
import Testing

@Suite struct AnonymousTests {
    let app: MailedApp

    init() throws {
        app = try MailedApp("signIn: [password, anonymous]")
    }

    private func start(_ handle: String, from device: Device = MailedApp.device)
        async throws(Problem) -> TokenPair
    {
        try await app.identity.signUpAnonymously(
            fields: ["handle": .string(handle)],
            caller: AccountsApp.stranger,
            device: device,
            isBrowser: false
        )
    }

    @Test func `a network that makes many accounts waits, and others do not`() async throws {
        var refusal: Problem?
        var made = 0
        while refusal == nil, made < 200 {
            refusal = await refused { try await start("guest_\(made)") }
            if refusal == nil { made += 1 }
        }
        #expect(refusal?.code == .throttled && refusal?.retryAfter == 1)
        #expect(made >= 50)
        #expect(try app.count("users") == Int64(made))
        _ = try await start("elsewhere", from: MailedApp.stranger)
        app.clock.advance(seconds: 1)
        _ = try await start("later")
        #expect(await refused { try await start("too_early") }?.retryAfter == 2)
    }

    private func upgrade(_ account: String, _ handle: String, in app: MailedApp)
        async throws(Problem) -> Upgrade
    {
        try await app.identity.upgrade(
            app.caller(account),
            email: "\(handle)@example.com",
            password: "correct horse",
            device: MailedApp.device,
            isBrowser: false
        )
    }

    @Test func `an upgrade gives an address and a password, and ends what was before`()
        async throws
    {
        let account = try await start("guest").account
        guard case .upgraded(let pair) = try await upgrade(account, "guest", in: app) else {
            Issue.record("there is nothing to verify")
            return
        }
        #expect(pair.account == account)
        #expect(try await app.identity.sessions(of: account).map(\.id) == [pair.session])
        #expect(try await app.signIn("guest").account == account)
        #expect(await refused { try await upgrade(account, "other", in: app) }?.code == .ruleDenied)
    }
}

/// An upgrade is a sign-up: it asks for what every sign-up asks for.
@Suite struct UpgradeConsentTests {
    @Test(arguments: [false, true])
    func `who upgrades accepts what a sign-up accepts`(verifies: Bool) async throws {
        let app = try MailedApp(
            "signIn: [password, anonymous], consents: [terms-2026], verifyEmail: \(verifies)"
        )
        let guest = try await app.identity.signUpAnonymously(
            fields: ["handle": "guest"],
            caller: AccountsApp.stranger,
            device: MailedApp.device,
            isBrowser: false
        ).account
        func upgrade(_ consents: JSONValue?) async throws(Problem) -> Upgrade {
            try await app.identity.upgrade(
                app.caller(guest),
                email: "guest@example.com",
                password: "correct horse",
                consents: consents,
                device: MailedApp.device,
                isBrowser: false
            )
        }
        for consents: JSONValue? in [nil, [], ["terms-1999"], ["terms-2026", 7], "terms-2026"] {
            #expect(await refused { try await upgrade(consents) }?.code == .validationFailed)
        }
        #expect(try await app.email(of: guest) == nil)
        if case .verificationSent(let binding) = try await upgrade(["terms-2026"]) {
            #expect(verifies)
            #expect(try await app.identity.consents(of: guest).isEmpty)
            _ = try await app.identity.verify(
                token: try app.post.last(.verify, to: "guest@example.com").token,
                claim: VerificationClaim(binding: binding),
                device: MailedApp.device,
                isBrowser: false
            )
        }
        #expect(try await app.identity.consents(of: guest).map(\.name) == ["terms-2026"])
        #expect(try app.count("_consents") == 1)
    }
}

/// Upgrades where addresses are verified.
@Suite struct VerifiedUpgradeTests {
    let app: MailedApp
    let guest: TokenPair

    init() async throws {
        app = try MailedApp("signIn: [password, anonymous], verifyEmail: true")
        guest = try await Self.start("guest", in: app)
    }

    private static func start(_ handle: String, in app: MailedApp) async throws -> TokenPair {
        try await app.identity.signUpAnonymously(
            fields: ["handle": .string(handle)],
            caller: AccountsApp.stranger,
            device: MailedApp.device,
            isBrowser: false
        )
    }

    /// Asks for an upgrade; what goes with the code of its mail.
    @discardableResult
    private func upgrade(_ handle: String, of account: String? = nil) async throws(Problem)
        -> String?
    {
        let upgrade = try await app.identity.upgrade(
            app.caller(account ?? guest.account),
            email: "\(handle)@example.com",
            password: "correct horse",
            device: MailedApp.device,
            isBrowser: false
        )
        if case .verificationSent(let binding) = upgrade { return binding }
        Issue.record("the address was not verified")
        return nil
    }

    private func verify(
        _ token: String,
        _ binding: String?,
        password: String? = nil
    ) async throws(Problem) {
        _ = try await app.identity.verify(
            token: token,
            claim: VerificationClaim(binding: binding, password: password),
            device: MailedApp.device,
            isBrowser: false
        )
    }

    private var sessions: [String] {
        get async throws { try await app.identity.sessions(of: guest.account).map(\.id) }
    }

    @Test func `an account stays anonymous until its address is verified`() async throws {
        let binding = try await upgrade("ann")
        #expect(try await app.email(of: guest.account) == nil)
        #expect(try await sessions == [guest.session])
        #expect(await refused { try await app.signIn("ann") }?.code == .invalidCredentials)
        let token = try app.post.last(.verify, to: "ann@example.com").token
        try await verify(token, binding)
        #expect(try await sessions.isEmpty)
        #expect(try await app.signIn("ann").account == guest.account)
        #expect(try await app.identity.account(guest.account)?.verified != nil)
        #expect(await refused { try await verify(token, binding) }?.code == .invalidCode)
    }

    @Test func `whoever has the mailbox, and did not ask, gets the account without what was in it`()
        async throws
    {
        try await upgrade("ann")
        _ = try await app.identity.createKey(
            KeyRequest(name: "backdoor", owner: .account(guest.account), scopes: ["*"])
        )
        let token = try app.post.last(.verify).token
        #expect(await refused { try await verify(token, nil) }?.code == .passwordRequired)
        try await verify(token, nil, password: "ann's password")
        #expect(await refused { try await app.signIn("ann") }?.code == .invalidCredentials)
        #expect(try await app.signIn("ann", password: "ann's password").account == guest.account)
        #expect(try app.count("_api_keys", "\"revoked\" IS NULL") == 0)
        #expect(await refused { try await app.identity.refresh(guest.refreshToken) } != nil)
    }

    @Test func `a taken address is told to its owner alone`() async throws {
        try await app.addAccount("ann")
        try await upgrade("ann")
        #expect(app.post.sent.map(\.kind) == [.accountExists])
        #expect(try app.post.last(.accountExists).token.isEmpty)
        #expect(try await app.email(of: guest.account) == nil)
    }

    @Test func `of two who are sent a link for an address one gets it`() async throws {
        let other = try await Self.start("other", in: app).account
        let firstBinding = try await upgrade("ann")
        let first = try app.post.last(.verify).token
        let secondBinding = try await upgrade("ann", of: other)
        let second = try app.post.last(.verify).token
        // Neither takes the other's place; whoever has the mailbox decides.
        try await verify(first, secondBinding)
        #expect(try await app.email(of: other) == "ann@example.com")
        #expect(try await app.email(of: guest.account) == nil)
        for token in [first, second] {
            let refusal = await refused { try await verify(token, firstBinding) }
            #expect(refusal != nil)
        }
        #expect(try await app.email(of: guest.account) == nil)
    }

    @Test func `who asks again makes their own mail before void`() async throws {
        let firstBinding = try await upgrade("ann")
        let first = try app.post.last(.verify).token
        let binding = try await upgrade("anna")
        #expect(await refused { try await verify(first, firstBinding) }?.code == .invalidCode)
        try await verify(app.post.last(.verify).token, binding)
        #expect(try await app.email(of: guest.account) == "anna@example.com")
    }

    @Test func `the mail is sent once more`() async throws {
        let binding = try await upgrade("ann")
        let first = try app.post.last(.verify).token
        let again = try await app.identity.resendVerification(
            email: "ann@example.com",
            binding: binding,
            device: MailedApp.device
        )
        #expect(again == binding)
        #expect(app.post.sent.count == 2)
        #expect(await refused { try await verify(first, binding) }?.code == .invalidCode)
        try await verify(app.post.last(.verify).token, binding)
        #expect(try await app.signIn("ann").account == guest.account)
    }

    @Test func `of many who come with a link at once one upgrades`() async throws {
        let binding = try await upgrade("ann")
        let token = try app.post.last(.verify).token
        #expect(await MailedApp.successes { try await verify(token, binding) } == 1)
    }
}
