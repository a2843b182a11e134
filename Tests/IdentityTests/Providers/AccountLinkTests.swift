import Engine
import Identity
import JSON
import OpenIDConnect
import Testing

/// Which account somebody gets whom a provider has proved.
@Suite struct AccountLinkTests {
    /// An account with a password.
    private func signUp(_ world: ProviderWorld, _ email: String) async throws -> String {
        try await world.identity.signUp(
            fields: ["email": .string(email), "password": "correct horse"],
            caller: AccountsApp.stranger
        ).id
    }

    private func verify(_ world: ProviderWorld) async throws {
        try await world.execute("UPDATE \"_accounts\" SET \"verified\" = 1")
    }

    private func link(
        _ world: ProviderWorld,
        ticket: String?,
        to account: String
    ) async throws(Problem) -> LinkedIdentity {
        try await world.identity.linkIdentity(
            code: nil,
            ticket: ticket,
            verifier: nil,
            binding: nil,
            to: account,
            device: .unknown
        )
    }

    @Test func `an address never leads into an account that exists`() async throws {
        let world = try ProviderWorld()
        let owner = try await signUp(world, "ann@example.com")
        world.acme.prove("1", email: "ANN@example.com")
        var browser = Browser(world)
        let code = try await browser.code()
        let refusal = await problem { () async throws(Problem) in try await browser.exchange(code) }
        #expect(refusal?.code == .linkRequired)
        #expect(try world.count("_identities") == 0)
        #expect(try world.count("_sessions") == 0)
        try await verify(world)
        _ = try await link(world, ticket: refusal?.ticket, to: owner)
        #expect(try await browser.signIn().account == owner)
        #expect(
            await problem { () async throws(Problem) in
                try await link(world, ticket: refusal?.ticket, to: owner)
            }?.code == .invalidCode
        )
    }

    @Test func `nothing is linked to an account whose address nobody has verified`() async throws {
        let world = try ProviderWorld()
        let squatter = try await signUp(world, "victim@example.com")
        world.acme.prove("evil", email: "evil@example.org")
        let refusal = await problem { () async throws(Problem) in
            try await world.identity.startLinking(ProviderStart(provider: "acme"), to: squatter)
        }
        #expect(refusal?.code == .emailUnverified)
        world.acme.prove("1", email: "victim@example.com")
        var browser = Browser(world)
        let code = try await browser.code()
        let ticket = await problem { () async throws(Problem) in try await browser.exchange(code) }?
            .ticket
        #expect(
            await problem { () async throws(Problem) in
                try await link(world, ticket: ticket, to: squatter)
            }?.code == .emailUnverified
        )
        #expect(try world.count("_identities") == 0)
    }

    @Test func `an identity whose address is not vouched for is not linked`() async throws {
        let world = try ProviderWorld()
        let owner = try await signUp(world, "ann@example.com")
        try await verify(world)
        world.acme.prove("1", email: "ann@example.com", isVerified: false)
        let start = try await world.identity.startLinking(
            ProviderStart(provider: "acme"),
            to: owner
        )
        var browser = Browser(world)
        let code = try await browser.code(ticket: start)
        let refusal = await problem { () async throws(Problem) in
            try await world.identity.linkIdentity(
                code: code,
                ticket: nil,
                verifier: nil,
                binding: browser.binding,
                to: owner,
                device: .unknown
            )
        }
        #expect(refusal?.code == .emailUnverified)
    }

    /// The attacker begins, the victim's browser goes the way, and either may try to end it.
    @Test func `a victim who is led along an attacker's way to link links nothing`() async throws {
        let world = try ProviderWorld()
        let attacker = try await signUp(world, "eve@example.com")
        let victim = try await signUp(world, "victim@example.com")
        try await verify(world)
        world.acme.prove("victim", email: "victim@example.com")
        let ticket = try await world.identity.startLinking(
            ProviderStart(provider: "acme"),
            to: attacker
        )
        var browser = Browser(world)
        for account in [victim, attacker] {
            let start =
                account == victim
                ? ticket
                : try await world.identity.startLinking(
                    ProviderStart(provider: "acme"),
                    to: attacker
                )
            let code = try await browser.code(ticket: start)
            let refusal = await problem { () async throws(Problem) in
                try await world.identity.linkIdentity(
                    code: code,
                    ticket: nil,
                    verifier: nil,
                    binding: account == victim ? browser.binding : nil,
                    to: account,
                    device: .unknown
                )
            }
            #expect(refusal?.code == .invalidCode)
        }
        #expect(try world.count("_identities") == 0)
    }

    @Test func `a code that links starts no session`() async throws {
        let world = try ProviderWorld()
        let owner = try await signUp(world, "ann@example.com")
        try await verify(world)
        world.acme.prove("1", email: "ann@example.com")
        let ticket = try await world.identity.startLinking(
            ProviderStart(provider: "acme"),
            to: owner
        )
        var browser = Browser(world)
        let code = try await browser.code(ticket: ticket)
        #expect(
            await problem { () async throws(Problem) in try await browser.exchange(code) }?.code
                == .invalidCode
        )
        #expect(try world.count("_sessions") == 0)
    }

    @Test func `an identity belongs to one account`() async throws {
        let world = try ProviderWorld()
        world.acme.prove("1", email: "ann@example.com")
        var browser = Browser(world)
        _ = try await browser.signIn()
        let other = try await signUp(world, "ben@example.com")
        try await verify(world)
        let ticket = try await world.identity.startLinking(
            ProviderStart(provider: "acme"),
            to: other
        )
        let code = try await browser.code(ticket: ticket)
        let refusal = await problem { () async throws(Problem) in
            try await world.identity.linkIdentity(
                code: code,
                ticket: nil,
                verifier: nil,
                binding: browser.binding,
                to: other,
                device: .unknown
            )
        }
        #expect(refusal?.code == .identityTaken)
    }

    @Test func `the last way to sign in stays`() async throws {
        let world = try ProviderWorld()
        world.acme.prove("1", email: "ann@example.com")
        var browser = Browser(world)
        let account = try await browser.signIn().account
        let only = try #require(try await world.identity.identities(of: account).first)
        let refusal = await problem { () async throws(Problem) in
            try await world.identity.unlinkIdentity(only.id, of: account, device: .unknown)
        }
        #expect(refusal?.code == .lastSignIn)
        let stranger = await problem { () async throws(Problem) in
            try await world.identity.unlinkIdentity(only.id, of: "nobody", device: .unknown)
        }
        #expect(stranger?.code == .recordNotFound)
        try await world.execute("UPDATE \"_accounts\" SET \"password\" = 'a hash'")
        try await world.identity.unlinkIdentity(only.id, of: account, device: .unknown)
        #expect(try world.count("_identities") == 0)
    }
}

/// Accounts that take more than a provider tells.
@Suite struct ProviderSignUpTests {
    private func proof(_ world: ProviderWorld) async throws -> Problem {
        var browser = Browser(world)
        let code = try await browser.code()
        return try #require(
            await problem { () async throws(Problem) in try await browser.exchange(code) }
        )
    }

    private func signUp(
        _ world: ProviderWorld,
        _ ticket: String?,
        _ fields: JSONValue
    ) async throws(Problem) -> TokenPair {
        try await world.identity.signUp(
            ticket: ticket ?? "",
            fields: fields,
            device: .unknown,
            caller: AccountsApp.stranger
        )
    }

    @Test func `what is missing is asked for, and the ticket makes one account`() async throws {
        let world = try ProviderWorld(handle: "pattern: '^[a-z]+$'")
        world.acme.prove("1", email: "ann@example.com", claims: ["nickname": "Ann!"])
        let refusal = try await proof(world)
        #expect(refusal.code == .signUpRequired)
        #expect(
            refusal.members.first { $0.name == "fields" }?.value
                == ["email": "ann@example.com", "handle": "Ann!"]
        )
        #expect(try world.count("users") == 0)
        let wrong = await problem { () async throws(Problem) in
            try await signUp(world, refusal.ticket, ["handle": "A"])
        }
        #expect(wrong?.code == .validationFailed)
        let tokens = try await signUp(world, refusal.ticket, ["handle": "ann"])
        let account = try #require(try await world.identity.account(tokens.account))
        #expect(account.email == "ann@example.com")
        #expect(account.verified != nil)
        let again = await problem { () async throws(Problem) in
            try await signUp(world, refusal.ticket, ["handle": "ben"])
        }
        #expect(again?.code == .invalidCode)
        #expect(try world.count("users") == 1)
    }

    @Test func `no address comes in that nobody vouches for`() async throws {
        let world = try ProviderWorld()
        world.acme.prove("1", email: "boss@example.com", isVerified: false)
        let refusal = try await proof(world)
        #expect(refusal.code == .signUpRequired)
        #expect(refusal.members.first { $0.name == "fields" }?.value == [:])
        for email in ["boss@example.com", "other@example.com"] {
            let wrong = await problem { () async throws(Problem) in
                try await signUp(world, refusal.ticket, ["email": .string(email)])
            }
            #expect(wrong?.errors.first?.code == "field.unconfirmed")
        }
        #expect(try world.count("users") == 0)
    }

    @Test func `an account without the address that nobody vouches for is not verified`()
        async throws
    {
        let world = try ProviderWorld(signIn: "anonymous, acme, other")
        world.acme.prove("1", email: "boss@example.com", isVerified: false)
        var browser = Browser(world)
        let pair = try await browser.signIn()
        let account = try #require(try await world.identity.account(pair.account))
        #expect(account.email == nil && account.verified == nil)
        let caller = try world.identity.makeTokenVerifier().verify(pair.accessToken)
        #expect(!caller.session.verified)
    }

    @Test func `an account is made with the consent that the app asks for, and not without`()
        async throws
    {
        let world = try ProviderWorld(accounts: "          consents: [terms-2026]")
        world.acme.prove("1", email: "ann@example.com")
        let ticket = try await proof(world).ticket
        for fields: JSONValue in [[:], ["consents": []], ["consents": ["terms-2025"]]] {
            let refusal = await problem { () async throws(Problem) in
                try await signUp(world, ticket, fields)
            }
            #expect(refusal?.code == .validationFailed)
        }
        #expect(try world.count("users") == 0)
        _ = try await signUp(world, ticket, ["consents": ["terms-2026"]])
        #expect(try world.count("_consents") == 1)
    }

    @Test func `who is not invited gets no account by a provider`() async throws {
        let world = try ProviderWorld(accounts: "          signUp: invited")
        world.acme.prove("1", email: "ann@example.com")
        let ticket = try await proof(world).ticket
        let refusal = await problem { () async throws(Problem) in
            try await signUp(world, ticket, [:])
        }
        #expect(refusal?.code == .invitationRequired)
        #expect(try world.count("users") == 0)
    }

    @Test func `consent and invitations are never passed over`() async throws {
        for rule in ["consents: [terms-2026]", "signUp: invited"] {
            let world = try ProviderWorld(accounts: "          " + rule)
            world.acme.prove("1", email: "ann@example.com")
            #expect(try await proof(world).code == .signUpRequired)
            #expect(try world.count("users") == 0)
        }
    }
}
