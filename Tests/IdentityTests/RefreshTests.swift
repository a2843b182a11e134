import Engine
import ExpressionSQL
import SQLite
import Storage
import Testing

@testable import Identity

@Suite struct RefreshTests {
    private let app: AccountsApp
    private let first: TokenPair
    private var identity: IdentityService { app.identity }

    init() async throws {
        app = try AccountsApp()
        try await app.signUp("ada")
        first = try await app.signIn("ada")
    }

    private func refusal(_ token: String) async -> ProblemCode? {
        await problem { () throws(Problem) in try await identity.refresh(token) }?.code
    }

    @Test func `a refresh gives new tokens for the same account`() async throws {
        app.clock.advance(seconds: 1)
        let second = try await identity.refresh(first.refreshToken)
        #expect(second.account == first.account)
        #expect(second.refreshToken != first.refreshToken)
        #expect(second.accessToken != first.accessToken)
        let caller = try identity.makeTokenVerifier().verify(second.accessToken)
        #expect(caller.account == first.account)
        #expect(try app.count("SELECT count(*) FROM _sessions") == 1)
    }

    @Test func `a token that was used before ends its family`() async throws {
        let second = try await identity.refresh(first.refreshToken)
        app.clock.advance(seconds: 11)
        #expect(await refusal(first.refreshToken) == .invalidRefreshToken)
        #expect(await refusal(second.refreshToken) == .invalidRefreshToken)
        #expect(try app.count("SELECT count(*) FROM _sessions") == 0)
    }

    @Test func `other sessions of the account outlive a family`() async throws {
        let other = try await app.signIn("ada")
        _ = try await identity.refresh(first.refreshToken)
        app.clock.advance(seconds: 11)
        #expect(await refusal(first.refreshToken) == .invalidRefreshToken)
        #expect(await refusal(other.refreshToken) == nil)
    }

    @Test func `a thief's successor ends too`() async throws {
        var stolen = try await identity.refresh(first.refreshToken)
        for _ in 0..<3 {
            app.clock.advance(seconds: 3_600)
            stolen = try await identity.refresh(stolen.refreshToken)
        }
        #expect(await refusal(first.refreshToken) == .invalidRefreshToken)
        #expect(await refusal(stolen.refreshToken) == .invalidRefreshToken)
    }

    @Test func `within the grace period a second refresh gets the same successor`() async throws {
        let second = try await identity.refresh(first.refreshToken)
        app.clock.advance(seconds: 10)
        let third = try await identity.refresh(first.refreshToken)
        #expect(second.refreshToken == third.refreshToken)
        #expect(try app.count("SELECT count(*) FROM _refresh_tokens") == 2)
        #expect(await refusal(third.refreshToken) == nil)
    }

    @Test func `a copy that is used within the grace is found out at the next refresh`()
        async throws
    {
        let own = try await identity.refresh(first.refreshToken)
        let stolen = try await identity.refresh(first.refreshToken)
        app.clock.advance(seconds: 900)
        _ = try await identity.refresh(own.refreshToken)
        app.clock.advance(seconds: 11)
        #expect(await refusal(stolen.refreshToken) == .invalidRefreshToken)
        #expect(try app.count("SELECT count(*) FROM _sessions") == 0)
    }

    @Test func `refreshes at once all get the same successor`() async throws {
        let (identity, token) = (identity, first.refreshToken)
        let pairs = try await withThrowingTaskGroup(of: TokenPair.self) { group in
            for _ in 0..<16 { group.addTask { try await identity.refresh(token) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(pairs.map(\.refreshToken)).count == 1)
        #expect(Set(pairs.map(\.accessToken)).count == 16)
        #expect(try app.count("SELECT count(*) FROM _refresh_tokens") == 2)
        app.clock.advance(seconds: 11)
        #expect(await refusal(token) == .invalidRefreshToken)
        #expect(await refusal(pairs[7].refreshToken) == .invalidRefreshToken)
    }

    @Test func `the database does not give the next token away`() async throws {
        let second = try await identity.refresh(first.refreshToken)
        let reader = try app.store.makeReader()
        let rows = try reader.rows(
            Statement("SELECT successor, token_hash FROM _refresh_tokens ORDER BY created, id"),
            []
        )
        let sealed = try #require(rows.compactMap { $0[0].blob }.first)
        let token = try #require(RefreshToken(first.refreshToken))
        #expect(token.openSuccessor(sealed)?.text == second.refreshToken)
        #expect(try #require(RefreshToken(second.refreshToken)).openSuccessor(sealed) == nil)
        #expect(RefreshToken().openSuccessor(sealed) == nil)
    }

    @Test func `a token ends with its lifetime`() async throws {
        app.clock.advance(seconds: 30 * 24 * 60 * 60 - 1)
        let second = try await identity.refresh(first.refreshToken)
        app.clock.advance(seconds: 30 * 24 * 60 * 60)
        #expect(await refusal(second.refreshToken) == .invalidRefreshToken)
    }

    @Test(arguments: ["", "rt_", "rt_AAAA", String(repeating: "a", count: 1 << 20)])
    func `what is no token is refused`(token: String) async throws {
        #expect(await refusal(token) == .invalidRefreshToken)
    }

    @Test func `an unknown token and an access token are refused`() async throws {
        #expect(await refusal(RefreshToken().text) == .invalidRefreshToken)
        #expect(await refusal(first.accessToken) == .invalidRefreshToken)
    }

    @Test func `the role is that of the refresh`() async throws {
        try await identity.setRole(email: "ada@example.com", role: "moderator")
        let verifier = identity.makeTokenVerifier()
        #expect(try verifier.verify(first.accessToken).category.role == nil)
        let second = try await identity.refresh(first.refreshToken)
        #expect(try verifier.verify(second.accessToken).category.role == "moderator")
    }

    @Test func `signing out ends the session`() async throws {
        let second = try await identity.refresh(first.refreshToken)
        try await identity.signOut(first.refreshToken)
        #expect(await refusal(second.refreshToken) == .invalidRefreshToken)
        #expect(try app.count("SELECT count(*) FROM _sessions") == 0)
    }

    @Test func `signing out with anything succeeds and ends nothing else`() async throws {
        for token in ["", "rt_AAAA", RefreshToken().text, first.accessToken] {
            try await identity.signOut(token)
        }
        #expect(await refusal(first.refreshToken) == nil)
    }

    @Test func `sweeping removes what has expired`() async throws {
        _ = try await identity.refresh(first.refreshToken)
        #expect(try await identity.sweep() == 0)
        app.clock.advance(seconds: 20 * 24 * 60 * 60)
        let later = try await app.signIn("ada")
        app.clock.advance(seconds: 10 * 24 * 60 * 60)
        #expect(try await identity.sweep() >= 2)
        #expect(try app.count("SELECT count(*) FROM _refresh_tokens") == 1)
        #expect(await refusal(later.refreshToken) == nil)
    }

    @Test func `a session is refreshed only so often, and no other waits for it`() async throws {
        let other = try await app.signIn("ada")
        var token = first.refreshToken
        for _ in 0..<60 { token = try await identity.refresh(token).refreshToken }
        #expect(await refusal(token) == .throttled)
        #expect(try app.count("SELECT count(*) FROM _refresh_tokens") == 62)
        #expect(await refusal(other.refreshToken) == nil)
        app.clock.advance(seconds: 1)
        #expect(await refusal(token) == nil)
    }

    @Test func `a refresh token tells its session while it stands, and stays as it is`()
        async throws
    {
        for _ in 0..<3 {
            #expect(try await identity.session(ofRefreshToken: first.refreshToken) == first.session)
        }
        let second = try await identity.refresh(first.refreshToken)
        #expect(try await identity.session(ofRefreshToken: second.refreshToken) == first.session)
        app.clock.advance(seconds: 11)
        for token in [first.refreshToken, RefreshToken().text, "", "rt_AAAA"] {
            let refusal = await problem { () throws(Problem) in
                try await identity.session(ofRefreshToken: token)
            }
            #expect(refusal?.code == .invalidRefreshToken)
        }
        // Being asked is no use: the session goes on.
        #expect(await refusal(second.refreshToken) == nil)
    }

    /// A suspension ends all sessions; this is for one that came to be beside it.
    @Test func `a session of a suspended account is not refreshed`() async throws {
        try await identity.transaction { transaction throws(StoreError) in
            let statement = Statement("UPDATE \"_accounts\" SET \"suspended\" = 1")
            _ = try transaction.execute(statement, [])
        }
        #expect(await refusal(first.refreshToken) == .invalidRefreshToken)
        #expect(try app.count("SELECT count(*) FROM _sessions") == 0)
    }
}
