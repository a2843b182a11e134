import Engine
import ExpressionSQL
import JSON
import ModelLanguage
import Storage
import Testing

@testable import Identity

@Suite struct SessionTests {
    private let app: AccountsApp
    private let account: String
    private var identity: IdentityService { app.identity }

    init() async throws {
        app = try AccountsApp()
        account = try await app.signUp("ada")
    }

    private func isValid(_ token: String, _ verifier: TokenVerifier) -> Bool {
        (try? verifier.verify(token)) != nil
    }

    @Test func `a token says how its session began`() async throws {
        let tokens = try await identity.openSession(
            account: account,
            methods: [.passkey],
            device: Device(address: "198.51.100.1", agent: "Browser"),
            isBrowser: true
        )
        let caller = try identity.makeTokenVerifier().verify(tokens.accessToken)
        #expect(caller.session.id == tokens.session)
        #expect(caller.session.mfa)
        #expect(!caller.session.verified && !caller.session.anonymous)
        #expect(caller.session.authenticated == app.clock.seconds * 1_000_000)
        let session = try #require(try await identity.sessions(of: account).first)
        #expect(session.agent == "Browser" && session.isBrowser)
        #expect(session.methods == [.passkey, .multipleFactors])
    }

    @Test func `a session that ends takes its access tokens with it, and no others`()
        async throws
    {
        let first = try await app.signIn("ada")
        let second = try await app.signIn("ada")
        let verifier = identity.makeTokenVerifier()
        #expect(isValid(first.accessToken, verifier) && isValid(second.accessToken, verifier))
        try await identity.endSession(first.session, of: account)
        #expect(!isValid(first.accessToken, verifier))
        #expect(isValid(second.accessToken, verifier))
        #expect(try await identity.sessions(of: account).map(\.id) == [second.session])
    }

    @Test func `nobody ends another's session`() async throws {
        let other = try await app.signUp("eve")
        let tokens = try await app.signIn("ada")
        let refused = await problem { () throws(Problem) in
            try await identity.endSession(tokens.session, of: other)
        }
        #expect(refused?.code == .recordNotFound)
        #expect(isValid(tokens.accessToken, identity.makeTokenVerifier()))
    }

    @Test func `all sessions but one's own end at once`() async throws {
        let own = try await app.signIn("ada")
        let others = [try await app.signIn("ada"), try await app.signIn("ada")]
        #expect(try await identity.endSessions(of: account, but: own.session) == 2)
        let verifier = identity.makeTokenVerifier()
        #expect(isValid(own.accessToken, verifier))
        for other in others { #expect(!isValid(other.accessToken, verifier)) }
    }

    @Test func `another process learns of it from the database`() async throws {
        let tokens = try await app.signIn("ada")
        let other = try AccountsApp.makeService(
            engine: app.engine,
            keys: app.keys,
            parameters: AccountsApp.fastParameters
        )
        let verifier = other.makeTokenVerifier()
        #expect(isValid(tokens.accessToken, verifier))
        try await identity.signOut(tokens.refreshToken)
        #expect(isValid(tokens.accessToken, verifier))
        try await other.readRevocations()
        #expect(!isValid(tokens.accessToken, verifier))
    }

    @Test func `what another process voids in a second leaves the next token of it good`()
        async throws
    {
        let other = try AccountsApp.makeService(
            engine: app.engine,
            keys: app.keys,
            parameters: AccountsApp.fastParameters
        )
        let before = try await app.signIn("ada")
        app.clock.advance(milliseconds: 1_300)
        try await identity.setRole(email: "ada@example.com", role: "moderator")
        let signedIn = try await other.signIn(email: "ada@example.com", password: "correct horse")
        let refreshed = try await other.refresh(before.refreshToken)
        // Nobody has read the list of revocations meanwhile.
        try await other.readRevocations()
        let verifier = other.makeTokenVerifier()
        #expect(!isValid(before.accessToken, verifier))
        #expect(isValid(signedIn.accessToken, verifier))
        #expect(isValid(refreshed.accessToken, verifier))
    }

    @Test func `what was revoked is kept as long as a token can stand`() async throws {
        let tokens = try await app.signIn("ada")
        try await identity.signOut(tokens.refreshToken)
        app.clock.advance(seconds: 16 * 60 + 1)
        _ = try await app.signIn("ada")
        _ = try await identity.sweep()
        #expect(!isValid(tokens.accessToken, identity.makeTokenVerifier()))
    }

    @Test func `a suspended account is shut out at once, and told only with the right password`()
        async throws
    {
        let tokens = try await app.signIn("ada")
        try await identity.suspend(account)
        #expect(!isValid(tokens.accessToken, identity.makeTokenVerifier()))
        func signIn(_ password: String) async -> ProblemCode? {
            await problem { () throws(Problem) in
                try await identity.signIn(email: "ada@example.com", password: password)
            }?.code
        }
        #expect(await signIn("correct horse") == .accountSuspended)
        #expect(await signIn("a wrong guess") == .invalidCredentials)
        let refused = await problem { () throws(Problem) in
            try await identity.refresh(tokens.refreshToken)
        }
        #expect(refused?.code == .invalidRefreshToken)
        try await identity.restore(account)
        #expect(await signIn("correct horse") == nil)
    }

    @Test func `a new role voids the tokens with the old one, and not the next`() async throws {
        let tokens = try await app.signIn("ada")
        let verifier = identity.makeTokenVerifier()
        #expect(isValid(tokens.accessToken, verifier))
        // In the middle of a second, of which the next token is, too.
        app.clock.advance(milliseconds: 1_300)
        try await identity.setRole(email: "ada@example.com", role: "moderator")
        #expect(!isValid(tokens.accessToken, verifier))
        let next = try await identity.refresh(tokens.refreshToken)
        #expect(try verifier.verify(next.accessToken).category.role == "moderator")
    }

    @Test func `a session ends after its absolute lifetime however it is used`() async throws {
        var tokens = try await app.signIn("ada")
        let step = identity.policy.idleLifetime - 60
        let rounds = identity.policy.absoluteLifetime / step
        for _ in 0..<rounds {
            app.clock.advance(seconds: step)
            tokens = try await identity.refresh(tokens.refreshToken)
        }
        app.clock.advance(seconds: identity.policy.absoluteLifetime - rounds * step)
        let refused = await problem { () throws(Problem) in
            try await identity.refresh(tokens.refreshToken)
        }
        #expect(refused?.code == .invalidRefreshToken)
    }

    // MARK: Passwords

    private func caller(_ tokens: TokenPair) throws -> Caller {
        try identity.makeTokenVerifier().verify(tokens.accessToken)
    }

    @Test func `a new password ends all other sessions`() async throws {
        let own = try await app.signIn("ada")
        let other = try await app.signIn("ada")
        try await identity.changePassword(
            of: caller(own),
            from: "correct horse",
            to: "battery staple",
            device: .unknown
        )
        let verifier = identity.makeTokenVerifier()
        #expect(isValid(own.accessToken, verifier))
        #expect(!isValid(other.accessToken, verifier))
        _ = try await app.signIn("ada", password: "battery staple")
    }

    @Test func `a stolen token changes no password, and cannot guess for long`() async throws {
        let caller = try caller(try await app.signIn("ada"))
        var codes: [ProblemCode?] = []
        for _ in 0..<7 {
            let refused = await problem { () throws(Problem) in
                try await identity.changePassword(
                    of: caller,
                    from: "a wrong guess",
                    to: "battery staple",
                    device: .unknown
                )
            }
            codes.append(refused?.code)
        }
        #expect(codes == Array(repeating: .invalidCredentials, count: 6) + [.throttled])
        _ = try await app.signIn("ada")
    }

    @Test func `proving who one is renews the time of it`() async throws {
        let tokens = try await app.signIn("ada")
        app.clock.advance(seconds: 11 * 60)
        let stale = try caller(tokens)
        #expect(throws: Problem.self) { try identity.requireRecentAuthentication(stale) }
        let grant = try await identity.reauthenticate(
            stale,
            .password("correct horse"),
            device: .unknown
        )
        let fresh = try identity.makeTokenVerifier().verify(grant.accessToken)
        try identity.requireRecentAuthentication(fresh)
        #expect(fresh.session.id == tokens.session)
    }

    @Test func `who acts for somebody changes no password`() async throws {
        let operatorID = try await app.signUp("eve")
        let rights = try OperatorRights(AccountsApp.account(operatorID), in: app.engine.model)
        let tokens = try await identity.impersonate(account, by: rights, device: .unknown)
        let acting = try caller(tokens)
        #expect(acting.session.impersonator == operatorID)
        #expect(tokens.refreshExpiresIn <= identity.configuration.impersonationLifetime)
        let refused = await problem { () throws(Problem) in
            try await identity.changePassword(
                of: acting,
                from: "correct horse",
                to: "battery staple",
                device: .unknown
            )
        }
        #expect(refused?.code == .ruleDenied)
    }

    // MARK: The audit log

    @Test func `the audit log tells what happened, without secrets`() async throws {
        let device = Device(address: "198.51.100.1", agent: "Browser")
        _ = await problem { () throws(Problem) in
            try await identity.signIn(
                email: "ada@example.com",
                password: "a wrong guess",
                device: device
            )
        }
        let tokens = try await identity.signIn(
            email: "ada@example.com",
            password: "correct horse",
            device: device
        )
        try await identity.signOut(tokens.refreshToken, device: device)
        try await identity.suspend(account)
        let records = try await identity.auditRecords(AuditQuery(account: account))
        #expect(
            records.map(\.kind) == [
                "account.suspended", "session.ended", "session.started", "sign-in.failed",
            ]
        )
        #expect(records.map(\.actor) == ["operator", nil, nil, nil])
        #expect(records.last?.address == "198.51.100.1")
        let text = JSONValue.array(records.map(\.json)).description
        for secret in ["guess", "horse", "ada@", "rt_", tokens.accessToken] {
            #expect(!text.contains(secret))
        }
    }

    @Test func `old entries go, and the numbers go on`() async throws {
        _ = try await app.signIn("ada")
        let last = try await identity.auditRecords(AuditQuery()).first?.sequence
        app.clock.advance(seconds: 366 * 24 * 60 * 60)
        _ = try await identity.sweep()
        _ = try await app.signIn("ada")
        let records = try await identity.auditRecords(AuditQuery(account: account))
        #expect(try #require(records.first?.sequence) == (last ?? 0) + 1)
    }
}
