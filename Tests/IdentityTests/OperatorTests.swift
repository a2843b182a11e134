import Engine
import ExpressionSQL
import JSON
import Testing

@testable import Identity

@Suite struct OperatorTests {
    private let app: AccountsApp
    private var identity: IdentityService { app.identity }

    init() throws {
        app = try AccountsApp()
    }

    private func create(role: String? = nil) async throws(Problem) -> String {
        try await identity.createAccount(
            email: "ada@example.com",
            password: "correct horse",
            fields: ["handle": "ada"],
            role: role
        )
    }

    @Test func `an account is made with its role`() async throws {
        let id = try await create(role: "moderator")
        let tokens = try await app.signIn("ada")
        #expect(tokens.account == id)
        let caller = try identity.makeTokenVerifier().verify(tokens.accessToken)
        #expect(caller.category.permissions == ["notes.delete"])
    }

    @Test func `a role that the model does not have is refused`() async throws {
        let refused = await problem { () throws(Problem) in try await create(role: "moderater") }
        #expect(refused?.code == .validationFailed)
        #expect(refused?.hint == "did you mean \"moderator\"?")
        #expect(try app.count("SELECT count(*) FROM users") == 0)
    }

    @Test func `resetting a password ends all sessions and the old password`() async throws {
        _ = try await create()
        let tokens = try await app.signIn("ada")
        try await identity.resetPassword(email: "Ada@example.com", password: "battery staple")
        var refused = await problem { () throws(Problem) in
            try await identity.refresh(tokens.refreshToken)
        }
        #expect(refused?.code == .invalidRefreshToken)
        refused = await problem { () throws(Problem) in
            try await identity.signIn(email: "ada@example.com", password: "correct horse")
        }
        #expect(refused?.code == .invalidCredentials)
        _ = try await app.signIn("ada", password: "battery staple")
    }

    @Test func `a reset keeps the role`() async throws {
        _ = try await create(role: "moderator")
        try await identity.resetPassword(email: "ada@example.com", password: "battery staple")
        #expect(try app.text("SELECT role FROM _accounts") == "moderator")
    }

    @Test func `a record without a password gets one by a reset`() async throws {
        let answer = try await app.engine.perform(
            WriteOperation(
                change: .record(
                    RecordChange(
                        .create(["handle": "ada", "email": "ada@example.com"]),
                        in: "users"
                    )
                ),
                caller: AccountsApp.stranger
            )
        )
        let refused = await problem { () throws(Problem) in
            try await identity.signIn(email: "ada@example.com", password: "correct horse")
        }
        #expect(refused?.code == .invalidCredentials)
        try await identity.resetPassword(email: "ada@example.com", password: "correct horse")
        #expect(try await app.signIn("ada").account == answer.id)
    }

    @Test func `a role is given and taken`() async throws {
        _ = try await create()
        try await identity.setRole(email: "ada@example.com", role: "moderator")
        #expect(try app.text("SELECT role FROM _accounts") == "moderator")
        try await identity.setRole(email: "ada@example.com", role: nil)
        #expect(try app.text("SELECT role FROM _accounts") == nil)
    }

    @Test func `an unknown address is told to the operator`() async throws {
        var refused = await problem { () throws(Problem) in
            try await identity.setRole(email: "eve@example.com", role: nil)
        }
        #expect(refused?.code == .recordNotFound)
        refused = await problem { () throws(Problem) in
            try await identity.resetPassword(email: "eve@example.com", password: "correct horse")
        }
        #expect(refused?.code == .recordNotFound)
    }

    @Test func `the newest accounts come first`() async throws {
        let first = try await create(role: "moderator")
        app.clock.advance(seconds: 1)
        let second = try await app.signUp("eve")
        let accounts = try await identity.listAccounts(limit: 10)
        #expect(accounts.map(\.id) == [second, first])
        #expect(accounts.map(\.role) == [nil, "moderator"])
        #expect(accounts.map(\.email) == ["eve@example.com", "ada@example.com"])
        #expect(try await identity.listAccounts(limit: 1).map(\.id) == [second])
    }

    @Test func `a model without accounts is refused`() throws {
        #expect(throws: IdentityError.noAccounts) {
            try IdentityService(engine: Engines.withoutAccounts(), keys: app.keys)
        }
    }
}
