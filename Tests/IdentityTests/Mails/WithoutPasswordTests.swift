import Engine
import ExpressionSQL
import JSON
import Mail
import SoftwareAuthenticator
import Testing

@testable import Identity

/// Apps in which nobody has a password: nothing asks for one, and no hash is kept.
@Suite struct WithoutPasswordTests {
    private static func register(
        _ app: MailedApp,
        _ handle: String = "ann",
        email: String? = nil,
        more: [JSONValue.Member] = []
    ) async throws(Problem) -> Registration {
        let members: [JSONValue.Member] = [
            .init("handle", .string(handle)),
            .init("email", .string(email ?? "\(handle)@example.com")),
        ]
        return try await app.identity.register(
            .object(members + more),
            caller: AccountsApp.stranger,
            device: MailedApp.device
        )
    }

    private static func verify(
        _ app: MailedApp,
        _ token: String,
        _ binding: String? = nil,
        consents: JSONValue? = nil
    ) async throws(Problem) -> Verification {
        try await app.identity.verify(
            token: token,
            claim: VerificationClaim(binding: binding, consents: consents),
            device: MailedApp.stranger,
            isBrowser: false
        )
    }

    private static func hasNoHash(_ app: MailedApp) throws -> Bool {
        try app.count("_accounts", "\"password\" IS NOT NULL") == 0
    }

    @Test func `an account is made without a password, and entered by a code`() async throws {
        let app = try MailedApp("signIn: [code]")
        guard case .created(let answer) = try await Self.register(app) else {
            Issue.record("no account was made")
            return
        }
        #expect(try Self.hasNoHash(app))
        _ = try await app.identity.requestSignInCode(
            email: "ann@example.com",
            device: MailedApp.device
        )
        let tokens = try await app.identity.signIn(
            token: try app.post.last(.signInCode).token,
            device: MailedApp.device,
            isBrowser: false
        )
        #expect(tokens.account == answer.id)
    }

    @Test(arguments: ["signIn: [code]", "signIn: [passkey], verifyEmail: true"])
    func `a password is an unknown member, and is told with all that is wrong`(
        accounts: String
    ) async throws {
        let app = try MailedApp(accounts)
        let password = JSONValue.Member("password", "correct horse")
        let alone = await refused { try await Self.register(app, more: [password]) }
        #expect(alone?.errors.map(\.pointer) == ["/password"])
        #expect(alone?.errors.first?.code == "field.unknown")
        #expect(alone?.errors.first?.hint?.contains("nobody signs in with a password") == true)
        let both = await refused { try await Self.register(app, "A", more: [password]) }
        #expect(both?.errors.map(\.pointer) == ["/handle", "/password"])
        #expect(try app.count("users") == 0 && app.count("_tickets") == 0)
    }

    @Test func `a taken address and a fresh one look and are kept alike`() async throws {
        let app = try MailedApp("signIn: [code], verifyEmail: true")
        try await app.addAccount("ann")
        let taken = try await Self.register(app, "eve", email: "ann@example.com").binding
        let fresh = try await Self.register(app, "eve", email: "fresh@example.com").binding
        #expect(taken?.count == fresh?.count && taken != fresh && taken != nil)
        #expect(app.post.written.map(\.kind) == [.accountExists, .verify])
        #expect(try app.count("_tickets") == 2)
    }

    @Test
    func `a link that is opened elsewhere completes a sign-up, and lets in who opened it alone`()
        async throws
    {
        let app = try MailedApp("signIn: [passkey], verifyEmail: true")
        let binding = try await Self.register(app).binding
        let letter = try app.post.last(.verify)
        guard case .registered(let answer, let tokens) = try await Self.verify(app, letter.token)
        else {
            Issue.record("no account was made")
            return
        }
        #expect(try await app.identity.sessions(of: answer.id).map(\.id) == [tokens.session])
        #expect(try Self.hasNoHash(app))
        // Whoever began it has nothing: not even a guess at the code counts any more.
        let late = await refused { try await Self.verify(app, letter.token, binding) }
        #expect(late?.code == .invalidCode)
        let guess = await refused {
            try await app.identity.verify(
                email: "ann@example.com",
                code: letter.code,
                claim: VerificationClaim(binding: binding),
                device: MailedApp.device,
                isBrowser: false
            )
        }
        #expect(guess?.code == .invalidCode)
    }

    @Test func `what a stranger agreed to counts for nothing`() async throws {
        let app = try MailedApp("signIn: [code], verifyEmail: true, consents: [terms-2026]")
        let agreed = JSONValue.Member("consents", ["terms-2026"])
        _ = try await Self.register(app, more: [agreed])
        let token = try app.post.last(.verify).token
        let refusal = await refused { try await Self.verify(app, token) }
        #expect(refusal?.errors.map(\.pointer) == ["/consents"])
        #expect(refusal?.members.first { $0.name == "consents" }?.value == ["terms-2026"])
        #expect(try app.count("users") == 0)
        _ = try await Self.verify(app, token, consents: ["terms-2026"])
        #expect(try app.count("_consents", "\"address\" = '198.51.100.9'") == 1)
        #expect(try app.count("_consents") == 1)
        // Where it began, nothing is asked twice.
        let binding = try await Self.register(app, "bob", more: [agreed]).binding
        _ = try await Self.verify(app, try app.post.last(.verify).token, binding)
        #expect(try app.count("_consents") == 2)
    }

    @Test func `who proves the address of an account that others prepared has it alone`()
        async throws
    {
        let app = try MailedApp("signIn: [code, passkey]")
        guard case .created(let answer) = try await Self.register(app) else {
            Issue.record("no account was made")
            return
        }
        _ = try await app.identity.createKey(
            KeyRequest(name: "backdoor", owner: .account(answer.id), scopes: ["*"])
        )
        let passkey = try await app.addPasskey(to: answer.id)
        let planted = try await app.identity.openSession(
            account: answer.id,
            methods: [.anonymous],
            device: MailedApp.device,
            isBrowser: false
        )
        let binding = try await app.identity.resendVerification(
            email: "ann@example.com",
            device: MailedApp.device
        )
        _ = try await Self.verify(app, try app.post.last(.verify).token, binding)
        #expect(try app.count("_api_keys", "\"revoked\" IS NULL") == 0)
        #expect(await refused { try await app.identity.refresh(planted.refreshToken) } != nil)
        let options = try await app.identity.passkeyRequestOptions(challenge: nil, device: .unknown)
        let assertion = try passkey.assertion(challenge: FactorsApp.challenge(of: options))
        let byPasskey = await refused {
            try await app.identity.signIn(passkey: assertion, device: .unknown, isBrowser: false)
        }
        #expect(byPasskey?.code == .invalidPasskey)
        #expect(try await app.identity.account(answer.id)?.verified != nil)
        #expect(try app.count("_audit", "\"kind\" = 'account.reclaimed'") == 1)
    }

    @Test func `who is invited is signed in`() async throws {
        let app = try MailedApp("signIn: [passkey], signUp: invited")
        let owner = app.caller(
            try await app.addAccount("owner", role: "owner"),
            permissions: ["users.invite", "notes.delete"]
        )
        _ = try await app.identity.invite(
            email: "ann@example.com",
            role: "moderator",
            caller: owner,
            device: MailedApp.device
        )
        let token = JSONValue.Member(
            "invitation",
            .string(try app.post.last(.invitation).token)
        )
        guard case .entered(let answer, let tokens) = try await Self.register(app, more: [token])
        else {
            Issue.record("an invitation leads into an account that nobody can enter")
            return
        }
        #expect(tokens.account == answer.id)
        #expect(try await app.identity.account(answer.id)?.role == "moderator")
        #expect(await refused { try await Self.register(app, more: [token]) }?.code == .invalidCode)
        #expect(try Self.hasNoHash(app))
    }

    @Test(
        arguments: [("google", "oauth/google"), ("anonymous", "anonymous account")]
    )
    func `no account is made that nobody could enter`(way: String, hint: String) async throws {
        let app = try MailedApp("signIn: [passkey, \(way)]")
        let refusal = await refused { try await Self.register(app) }
        #expect(refusal?.code == .ruleDenied)
        #expect(refusal?.hint?.contains(hint) == true)
        #expect(try app.count("users") == 0)
    }

    @Test func `an anonymous account becomes a full one by a proved address`() async throws {
        let app = try MailedApp("signIn: [code, anonymous]")
        let guest = try await app.identity.signUpAnonymously(
            fields: ["handle": "guest"],
            caller: AccountsApp.stranger,
            device: MailedApp.device,
            isBrowser: false
        )
        let caller = Caller(
            account: guest.account,
            category: CallerClass(role: nil, permissions: []),
            idempotencyScope: guest.account,
            session: SessionFacts(
                anonymous: true,
                authenticated: app.clock.seconds * 1_000_000
            )
        )
        func upgrade(_ password: String?) async throws(Problem) -> Upgrade {
            try await app.identity.upgrade(
                caller,
                email: "ann@example.com",
                password: password,
                device: MailedApp.device,
                isBrowser: false
            )
        }
        #expect(await refused { try await upgrade("correct horse") }?.errors.count == 1)
        guard case .verificationSent(let binding) = try await upgrade(nil) else {
            Issue.record("nothing was proved")
            return
        }
        #expect(try await app.email(of: guest.account) == nil)
        _ = try await Self.verify(app, try app.post.last(.verify).token, binding)
        #expect(try await app.email(of: guest.account) == "ann@example.com")
        #expect(try await app.identity.account(guest.account)?.verified != nil)
        #expect(try Self.hasNoHash(app))
    }

    @Test func `an operator sets no password, and makes accounts without one`() async throws {
        let app = try MailedApp("signIn: [code]")
        let refusal = await refused {
            try await app.identity.createAccount(
                email: "eve@example.com",
                password: "correct horse",
                fields: ["handle": "eve"]
            )
        }
        #expect(refusal?.errors.map(\.pointer) == ["/password"])
        let id = try await app.addAccount("ann", role: "moderator")
        let account = try #require(try await app.identity.account(id))
        #expect(account.role == "moderator" && account.verified != nil)
        let reset = await refused {
            try await app.identity.resetPassword(
                email: "ann@example.com",
                password: "battery horse"
            )
        }
        #expect(reset?.errors.map(\.pointer) == ["/password"])
        #expect(try Self.hasNoHash(app))
    }
}
