import Engine
import JSON
import Storage
import Testing

@testable import Identity

@Suite struct SignInTests {
    private let app: AccountsApp
    private var identity: IdentityService { app.identity }

    init() async throws {
        app = try AccountsApp()
        try await app.signUp("ada")
    }

    private func signIn(_ email: String, _ password: String) async -> Problem? {
        await problem { () throws(Problem) in
            try await identity.signIn(email: email, password: password)
        }
    }

    @Test func `address and password give tokens`() async throws {
        let tokens = try await app.signIn("ada")
        #expect(tokens.expiresIn == 900)
        #expect(tokens.refreshExpiresIn == 30 * 24 * 60 * 60)
        let caller = try identity.makeTokenVerifier().verify(tokens.accessToken)
        #expect(caller.account == tokens.account)
        #expect(try app.text("SELECT id FROM users") == tokens.account)
    }

    @Test func `the address may be written in capitals`() async throws {
        #expect(await signIn("ADA@Example.COM", "correct horse") == nil)
    }

    @Test(arguments: [
        ("ada@example.com", "incorrect horse"),
        ("eve@example.com", "correct horse"),
        ("", "correct horse"),
        ("ada@example.com", ""),
        ("ada@example.com", String(repeating: "a", count: 129)),
        ("ada@example.com", String(repeating: "a", count: 1 << 20)),
        (String(repeating: "a", count: 1 << 20), "correct horse"),
        ("ada@example.com' OR 1=1 --", "correct horse"),
    ])
    func `every refusal has the same words and costs one hash`(
        email: String,
        password: String
    ) async throws {
        let usual = try #require(await signIn("nobody@example.com", "whatever it is"))
        let before = identity.hasher.hashesComputed
        let problem = try #require(await signIn(email, password))
        #expect(identity.hasher.hashesComputed == before + 1)
        #expect(problem.code == .invalidCredentials)
        #expect("\(problem)" == "\(usual)")
        #expect(try app.count("SELECT count(*) FROM _sessions") == 0)
    }

    @Test func `a password that was right a moment ago begins no session`() async throws {
        let account = try #require(try app.text("SELECT id FROM users"))
        let hash = try #require(try app.text("SELECT password FROM _accounts"))
        func open(_ hash: String) async throws(Problem) -> TokenPair? {
            try await identity.open(
                SessionOpening(
                    account: account,
                    methods: [.password],
                    device: .unknown,
                    passwordHash: hash
                )
            )
        }
        #expect(try await open("$argon2id$v=19$m=8,t=1,p=1$c29tZXRoaW5n$YmVmb3Jl") == nil)
        #expect(try app.count("SELECT count(*) FROM _sessions") == 0)
        #expect(try await open(hash) != nil)
    }

    @Test func `the database holds no refresh token that works`() async throws {
        let token = try await app.signIn("ada").refreshToken
        #expect(token.hasPrefix("rt_"))
        #expect(token.utf8.count == 46)
        let stored = try #require(
            try app.text("SELECT id || session || hex(token_hash) FROM _refresh_tokens")
        )
        #expect(!stored.contains(token.dropFirst(3)))
        #expect(try app.count("SELECT length(token_hash) FROM _refresh_tokens") == 32)
    }

    @Test func `the hash is made anew once hashing takes more effort`() async throws {
        let stronger = try AccountsApp.makeService(
            engine: app.engine,
            keys: app.keys,
            parameters: Argon2Parameters(memoryKibibytes: 16, iterations: 2, parallelism: 1)
        )
        let old = try app.text("SELECT password FROM _accounts")
        _ = try await stronger.signIn(email: "ada@example.com", password: "correct horse")
        let new = try #require(try app.text("SELECT password FROM _accounts"))
        #expect(new != old)
        #expect(new.contains("m=16,t=2"))
        _ = try await stronger.signIn(email: "ada@example.com", password: "correct horse")
        #expect(try app.text("SELECT password FROM _accounts") == new)
        _ = try await app.signIn("ada")
        #expect(try app.text("SELECT password FROM _accounts") == new)
    }

    @Test func `sign-ins at once while the hash is made anew all succeed`() async throws {
        let stronger = try AccountsApp.makeService(
            engine: app.engine,
            keys: app.keys,
            parameters: Argon2Parameters(memoryKibibytes: 16, iterations: 2, parallelism: 1)
        )
        let pairs = try await withThrowingTaskGroup(of: TokenPair.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await stronger.signIn(email: "ada@example.com", password: "correct horse")
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(pairs.map(\.refreshToken)).count == 8)
    }

    @Test func `the answer has the members of RFC 6749`() async throws {
        guard case .object(let members) = try await app.signIn("ada").json else {
            Issue.record("no object")
            return
        }
        #expect(
            members.map(\.name) == [
                "access_token", "token_type", "expires_in", "refresh_token", "refresh_expires_in",
            ]
        )
    }
}
