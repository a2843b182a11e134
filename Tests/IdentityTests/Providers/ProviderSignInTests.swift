import Engine
import Identity
import JOSE
import JSON
import OpenIDConnect
import Synchronization
import Testing

/// Signing in with a provider, from the first page to the session.
@Suite struct ProviderSignInTests {
    @Test func `somebody new gets an account, and comes back to it`() async throws {
        let world = try ProviderWorld()
        world.acme.prove("1", email: "ann@example.com", claims: ["nickname": "ann"])
        var browser = Browser(world)
        let first = try await browser.signIn()
        world.acme.prove("1", email: "moved@example.com")
        var elsewhere = Browser(world)
        #expect(try await elsewhere.signIn().account == first.account)
        let account = try #require(try await world.identity.account(first.account))
        #expect(account.email == "ann@example.com")
        #expect(account.verified != nil)
        #expect(account.password == nil)
        #expect(try world.count("users") == 1)
        #expect(try world.count("_identities") == 1)
    }

    @Test func `the same subject of two providers is two people`() async throws {
        let world = try ProviderWorld()
        world.acme.prove("1", email: "ann@example.com")
        world.other.prove("1", email: "ben@example.com")
        var browser = Browser(world)
        let ann = try await browser.signIn("acme")
        let ben = try await browser.signIn("other")
        #expect(ann.account != ben.account)
    }

    @Test func `a state works once`() async throws {
        let world = try ProviderWorld()
        world.acme.prove("1", email: "ann@example.com")
        var browser = Browser(world)
        let state = try await browser.start()
        _ = try await browser.comeBack(state)
        #expect(
            await problem { () async throws(Problem) in try await browser.comeBack(state) }?.code
                == .invalidCode
        )
    }

    @Test func `a state stands for ten minutes`() async throws {
        let world = try ProviderWorld()
        world.acme.prove("1", email: "ann@example.com")
        var browser = Browser(world)
        let state = try await browser.start()
        world.clock.advance(seconds: 600)
        #expect(
            await problem { () async throws(Problem) in try await browser.comeBack(state) }?.code
                == .invalidCode
        )
    }

    @Test func `another browser cannot finish what one has started`() async throws {
        let world = try ProviderWorld()
        world.acme.prove("1", email: "eve@example.com")
        var attacker = Browser(world)
        let state = try await attacker.start()
        var victim = Browser(world)
        _ = try await victim.start()
        #expect(
            await problem { () async throws(Problem) in try await victim.comeBack(state) }?.code
                == .forgedRequest
        )
        let stranger = Browser(world)
        let second = try await attacker.start()
        #expect(
            await problem { () async throws(Problem) in try await stranger.comeBack(second) }?.code
                == .forgedRequest
        )
    }

    @Test func `what one provider was asked, another cannot answer`() async throws {
        let world = try ProviderWorld()
        world.other.prove("1", email: "ann@example.com")
        var browser = Browser(world)
        let state = try await browser.start("acme")
        #expect(
            await problem { () async throws(Problem) in try await browser.comeBack(state, "other")
            }?.code
                == .forgedRequest
        )
    }

    @Test func `two windows of a browser sign in beside each other`() async throws {
        let world = try ProviderWorld()
        world.acme.prove("1", email: "ann@example.com")
        var browser = Browser(world)
        let first = try await browser.start()
        let second = try await browser.start()
        #expect(first != second)
        #expect(try await browser.comeBack(first).hasPrefix("code="))
        #expect(try await browser.comeBack(second).hasPrefix("code="))
    }

    @Test func `a result works once, for the browser that has the cookie`() async throws {
        let world = try ProviderWorld()
        world.acme.prove("1", email: "ann@example.com")
        var browser = Browser(world)
        let stolen = try await browser.code()
        #expect(
            await problem { () async throws(Problem) in try await Browser(world).exchange(stolen) }?
                .code
                == .invalidCode
        )
        let code = try await browser.code()
        _ = try await browser.exchange(code)
        #expect(
            await problem { () async throws(Problem) in try await browser.exchange(code) }?.code
                == .invalidCode
        )
    }

    @Test func `a result stands for two minutes`() async throws {
        let world = try ProviderWorld()
        world.acme.prove("1", email: "ann@example.com")
        var browser = Browser(world)
        let code = try await browser.code()
        world.clock.advance(seconds: 120)
        #expect(
            await problem { () async throws(Problem) in try await browser.exchange(code) }?.code
                == .invalidCode
        )
    }

    /// The example of RFC 7636, appendix B.
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    @Test func `an app with a challenge of its own needs no cookie, and the verifier`() async throws
    {
        let world = try ProviderWorld()
        world.acme.prove("1", email: "ann@example.com")
        var browser = Browser(world)
        let app = Browser(world)
        let right = try await browser.code(challenge: Self.challenge)
        #expect(try await app.exchange(right, verifier: Self.verifier).expiresIn > 0)
        for verifier in [nil, "", Self.challenge, Self.verifier + "x"] {
            let code = try await browser.code(challenge: Self.challenge)
            let refusal = await problem { () async throws(Problem) in
                try await browser.exchange(code, verifier: verifier)
            }
            #expect(refusal?.code == .invalidCode)
        }
    }

    @Test func `what fails at the provider makes nothing, and is written down`() async throws {
        let world = try ProviderWorld()
        let failures: [(ProviderError, String)] = [
            (.denied("access_denied"), "error=auth.provider-refused"),
            (.untrusted("nonce is not the one that was sent"), "error=auth.provider-refused"),
            (.untrustedToken(.wrongSignature), "error=auth.provider-refused"),
            (.unreachable(.token, .timedOut), "error=auth.provider-unavailable"),
        ]
        for (error, query) in failures {
            world.acme.answer.withLock { $0 = .failure(error) }
            var browser = Browser(world)
            let state = try await browser.start()
            #expect(try await browser.comeBack(state) == query)
        }
        for table in ["users", "_identities", "_sessions", "_tickets"] {
            #expect(try world.count(table) == 0, "\(table)")
        }
        let records = try await world.identity.auditRecords(AuditQuery())
        #expect(records.map(\.kind) == Array(repeating: "provider.refused", count: 4))
        #expect(records.last?.details?["provider"] == "acme")
    }

    @Test func `providers are those of the model that are set up`() async throws {
        let world = try ProviderWorld()
        var browser = Browser(world)
        #expect(
            await problem { () async throws(Problem) in try await browser.start("nobody") }?.code
                == .routeNotFound
        )
        let bare = try IdentityService(
            engine: world.identity.engine,
            keys: SigningKeys(SigningKey())
        )
        let refusal = await problem { () async throws(Problem) in
            try await bare.startProviderSignIn(
                ProviderStart(provider: "acme"),
                binding: nil,
                device: .unknown
            )
        }
        #expect(refusal?.code == .providerUnavailable)
        #expect(refusal?.hint?.contains("MAINSTAY_ACME_CLIENT_ID") == true)
    }

    @Test func `nobody is sent to an address that is not allowed`() async throws {
        let world = try ProviderWorld()
        let start = ProviderStart(provider: "acme", redirectTo: "https://evil.example/")
        let refusal = await problem { () async throws(Problem) in
            try await world.identity.startProviderSignIn(start, binding: nil, device: .unknown)
        }
        #expect(refusal?.code == .invalidParameter)
        #expect(refusal?.parameter == "redirect_to")
        #expect(try world.count("_tickets") == 0)
    }

    @Test func `a network goes to providers only so often, and what is refused writes nothing`()
        async throws
    {
        let world = try ProviderWorld()
        func start(_ address: String) async -> Problem? {
            await problem { () async throws(Problem) in
                try await world.identity.startProviderSignIn(
                    ProviderStart(provider: "acme"),
                    binding: nil,
                    device: Device(address: address)
                )
            }
        }
        for _ in 0..<120 { #expect(await start("203.0.113.7") == nil) }
        for _ in 0..<5 {
            let refusal = await start("203.0.113.7")
            #expect(refusal?.code == .throttled && refusal?.retryAfter == 1)
        }
        #expect(try world.count("_tickets") == 120)
        #expect(try world.count("_throttles") == 0)
        #expect(await start("198.51.100.9") == nil)
        world.clock.advance(seconds: 1)
        #expect(await start("203.0.113.7") == nil)
    }
}
