import Engine
import ExpressionSQL
import Identity
import JSON
import Mail
import Testing

/// Somebody who was invited signs up with a provider.
@Suite struct InvitedProviderSignUpTests {
    let world: ProviderWorld

    init() throws {
        world = try ProviderWorld(accounts: "          signUp: invited")
    }

    /// The token of an invitation's mail.
    private func invite(_ email: String, role: String? = nil) async throws -> String {
        let inviter = try await world.identity.createAccount(
            email: "owner@example.com",
            password: "correct horse",
            role: "owner"
        )
        _ = try await world.identity.invite(
            email: email,
            role: role,
            caller: Caller(
                account: inviter,
                category: CallerClass(role: nil, permissions: ["users.invite", "users.update"]),
                idempotencyScope: inviter
            ),
            device: .unknown
        )
        return try world.post.last(.invitation).token
    }

    /// The ticket of somebody whom the provider has proved.
    private func ticket() async throws -> String {
        var browser = Browser(world)
        let code = try await browser.code()
        let refusal = await problem { () async throws(Problem) in try await browser.exchange(code) }
        #expect(refusal?.code == .signUpRequired)
        return try #require(refusal?.ticket)
    }

    private func signUp(
        _ ticket: String,
        _ fields: JSONValue
    ) async throws(Problem) -> TokenPair {
        try await world.identity.signUp(
            ticket: ticket,
            fields: fields,
            device: .unknown,
            caller: AccountsApp.stranger
        )
    }

    @Test func `the account has the invited address, the role, and the identity`() async throws {
        let invitation = try await invite("ann@work.example", role: "moderator")
        world.acme.prove("1", email: "ann@home.example")
        let ticket = try await ticket()
        let pair = try await signUp(ticket, ["invitation": .string(invitation)])
        let account = try #require(try await world.identity.account(pair.account))
        #expect(account.email == "ann@work.example")
        #expect(account.role == "moderator" && account.verified != nil && account.password == nil)
        var browser = Browser(world)
        #expect(try await browser.signIn().account == pair.account)
        // Neither works twice.
        let again = await refused { try await signUp(ticket, ["invitation": .string(invitation)]) }
        #expect(again?.code == .invalidCode)
    }

    @Test func `an invitation is for its address, and nothing else is one`() async throws {
        let invitation = try await invite("ann@work.example")
        world.acme.prove("1", email: "ann@home.example")
        let ticket = try await ticket()
        let cases: [(JSONValue, ProblemCode)] = [
            ([:], .invitationRequired),
            (["invitation": "tk_nonsense"], .invalidCode),
            (["invitation": .string(ticket)], .invalidCode),
            (
                ["invitation": .string(invitation), "email": "ann@home.example"],
                .validationFailed
            ),
        ]
        for (fields, code) in cases {
            #expect(await refused { try await signUp(ticket, fields) }?.code == code)
        }
        #expect(try world.count("users") == 1)
        let fields: JSONValue = [
            "invitation": .string(invitation), "email": "Ann@Work.example",
        ]
        _ = try await signUp(ticket, fields)
    }

    @Test func `of two who come with an invitation at once one gets in`() async throws {
        let invitation = try await invite("ann@work.example")
        world.acme.prove("1")
        let first = try await ticket()
        world.acme.prove("2")
        let second = try await ticket()
        let fields: JSONValue = ["invitation": .string(invitation)]
        let made = await withTaskGroup(of: Bool.self) { group in
            for ticket in [first, second] {
                group.addTask { (try? await signUp(ticket, fields)) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 1)
        #expect(try world.count("users") == 2)
        #expect(try world.count("_identities") == 1)
    }
}
