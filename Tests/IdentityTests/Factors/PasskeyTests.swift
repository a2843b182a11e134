import Engine
import JSON
import SoftwareAuthenticator
import Testing

@testable import Identity

@Suite struct PasskeyTests {
    private func signIn(
        _ app: FactorsApp,
        _ credential: JSONValue
    ) async -> (tokens: TokenPair?, code: ProblemCode?) {
        do throws(Problem) {
            let tokens = try await app.identity.signIn(
                passkey: credential,
                device: FactorsApp.home,
                isBrowser: false
            )
            return (tokens, nil)
        } catch {
            return (nil, error.code)
        }
    }

    @Test func `a passkey signs in by itself, as two factors`() async throws {
        for mfa in ["off", "optional", "required"] {
            let app = try FactorsApp(mfa: mfa)
            let ann = try await app.signUp("ann")
            let authenticator = FactorsApp.authenticator(of: ann)
            let setup = try await app.add(authenticator, .caller(app.caller(ann)))
            #expect((setup.recoveryCodes == nil) == (mfa == "off"))
            let tokens = try #require(await signIn(app, try app.assertion(authenticator)).tokens)
            #expect(tokens.account == ann)
            #expect(try await app.hasSecondFactor(tokens) == true)
        }
    }

    @Test func `what an authenticator signed works once`() async throws {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        let authenticator = FactorsApp.authenticator(of: ann)
        let caller = app.caller(ann)
        let options = try await app.identity.passkeyCreationOptions(.caller(caller))
        let made = try authenticator.registration(challenge: FactorsApp.challenge(of: options))
        _ = try await app.identity.registerPasskey(
            .caller(caller),
            credential: made,
            name: nil,
            device: FactorsApp.home
        )
        let again = await problem { () throws(Problem) in
            try await app.identity.registerPasskey(
                .caller(caller),
                credential: made,
                name: nil,
                device: FactorsApp.home
            )
        }
        #expect(again?.code == .invalidCode)
        let assertion = try await app.assertion(authenticator)
        let accepted = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { await signIn(app, assertion).tokens != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(accepted == 1)
    }

    @Test func `a failed answer uses its challenge up`() async throws {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        let authenticator = FactorsApp.authenticator(of: ann)
        try await app.add(authenticator, .caller(app.caller(ann)))
        let options = try await app.identity.passkeyRequestOptions(challenge: nil, device: .unknown)
        let challenge = try FactorsApp.challenge(of: options)
        var liar = authenticator
        liar.origin = "https://evil.example"
        #expect(await signIn(app, try liar.assertion(challenge: challenge)).code == .invalidPasskey)
        #expect(
            await signIn(app, try authenticator.assertion(challenge: challenge)).code
                == .invalidCode
        )
    }

    /// What is changed of an honest answer, each of which has to be refused.
    static let lies: [@Sendable (inout VirtualAuthenticator) -> Void] = [
        { $0.origin = "https://evil.example" },
        { $0.relyingPartyID = "evil.example" },
        { $0.flags = 0x01 },
        { $0.flags = 0x04 },
        { $0.flags = 0x0D },
        { $0.counter = 4 },
        { $0.counter = 0 },
        { $0.key = VirtualAuthenticator().key },
        { $0.credentialID = VirtualAuthenticator().credentialID },
        { $0.userHandle = nil },
        { $0.userHandle = Array("01a1fd66-2e3c-7326-8994-863ccbb78acf".utf8) },
        { $0.extraClientData = ",\"crossOrigin\":true" },
    ]

    @Test(arguments: lies.indices) func `a lie signs nobody in`(index: Int) async throws {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        var authenticator = FactorsApp.authenticator(of: ann)
        authenticator.counter = 4
        try await app.add(authenticator, .caller(app.caller(ann)))
        authenticator.counter = 5
        var liar = authenticator
        Self.lies[index](&liar)
        #expect(await signIn(app, try app.assertion(liar)).code == .invalidPasskey)
        #expect(await signIn(app, try app.assertion(authenticator)).tokens?.account == ann)
    }

    @Test func `of two copies of an authenticator, one gets in`() async throws {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        var authenticator = FactorsApp.authenticator(of: ann)
        authenticator.counter = 1
        try await app.add(authenticator, .caller(app.caller(ann)))
        authenticator.counter = 2
        var answers: [JSONValue] = []
        for _ in 0..<6 { answers.append(try await app.assertion(authenticator)) }
        let accepted = await withTaskGroup(of: Bool.self) { group in
            for answer in answers { group.addTask { await signIn(app, answer).tokens != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(accepted == 1)
    }

    @Test func `a challenge is good for what it was given out for alone`() async throws {
        let app = try FactorsApp()
        let (ann, ben) = (try await app.signUp("ann"), try await app.signUp("ben"))
        let authenticator = FactorsApp.authenticator(of: ann)
        try await app.add(authenticator, .caller(app.caller(ann)))
        let service = app.identity

        // Given out for a second factor, for a reauthentication, for a registration: no sign-in.
        let first = try await app.challenge("ann")
        for options in [
            try await service.passkeyRequestOptions(challenge: first, device: .unknown),
            try await service.passkeyRequestOptions(for: app.caller(ann)),
            try await service.passkeyCreationOptions(.caller(app.caller(ann))),
        ] {
            let challenge = try FactorsApp.challenge(of: options)
            let answer = try authenticator.assertion(challenge: challenge)
            #expect(await signIn(app, answer).code == .invalidCode)
        }
        // Given out for a sign-in, or for the second factor of another one: not for this one.
        let second = try await app.challenge("ann")
        for options in [
            try await service.passkeyRequestOptions(challenge: nil, device: .unknown),
            try await service.passkeyRequestOptions(challenge: first, device: .unknown),
            try await service.passkeyRequestOptions(for: app.caller(ann)),
        ] {
            let challenge = try FactorsApp.challenge(of: options)
            let answer = try authenticator.assertion(challenge: challenge)
            let refused = await problem { () throws(Problem) in
                try await service.completeSignIn(
                    challenge: second,
                    proof: .credential(answer),
                    device: FactorsApp.home
                )
            }
            #expect(refused?.code == .invalidCode)
        }
        // Given out to register for one account: not for another.
        let options = try await service.passkeyCreationOptions(.caller(app.caller(ann)))
        let challenge = try FactorsApp.challenge(of: options)
        let made = try FactorsApp.authenticator(of: ben).registration(challenge: challenge)
        let refused = await problem { () throws(Problem) in
            try await service.registerPasskey(
                .caller(app.caller(ben)),
                credential: made,
                name: nil,
                device: FactorsApp.home
            )
        }
        #expect(refused?.code == .invalidCode)
        #expect(try await service.factors(of: ben).isEmpty)
    }

    @Test func `somebody else's passkey is no second factor`() async throws {
        let app = try FactorsApp()
        let (ann, ben) = (try await app.signUp("ann"), try await app.signUp("ben"))
        try await app.add(FactorsApp.authenticator(of: ann), .caller(app.caller(ann)))
        var bens = FactorsApp.authenticator(of: ben)
        try await app.add(bens, .caller(app.caller(ben)))
        for handle in [nil, Array(ann.utf8), Array(ben.utf8)] {
            bens.userHandle = handle
            let challenge = try await app.challenge("ann")
            let options = try await app.identity.passkeyRequestOptions(
                challenge: challenge,
                device: .unknown
            )
            let answer = try bens.assertion(challenge: FactorsApp.challenge(of: options))
            let refused = await problem { () throws(Problem) in
                try await app.identity.completeSignIn(
                    challenge: challenge,
                    proof: .credential(answer),
                    device: FactorsApp.home
                )
            }
            #expect(refused?.code == .invalidPasskey)
        }
    }

    @Test func `a credential has one owner`() async throws {
        let app = try FactorsApp()
        let (ann, ben) = (try await app.signUp("ann"), try await app.signUp("ben"))
        let authenticator = FactorsApp.authenticator(of: ann)
        try await app.add(authenticator, .caller(app.caller(ann)))
        for account in [ann, ben] {
            let caller = app.caller(account)
            let options = try await app.identity.passkeyCreationOptions(.caller(caller))
            let made = try authenticator.registration(challenge: FactorsApp.challenge(of: options))
            let refused = await problem { () throws(Problem) in
                try await app.identity.registerPasskey(
                    .caller(caller),
                    credential: made,
                    name: nil,
                    device: FactorsApp.home
                )
            }
            #expect(refused?.code == .invalidPasskey)
        }
        #expect(await signIn(app, try app.assertion(authenticator)).tokens?.account == ann)
    }

    @Test func `a second factor need not verify its user, a sign-in by it alone has to`()
        async throws
    {
        let app = try FactorsApp(signIn: "password")
        let ann = try await app.signUp("ann")
        var authenticator = FactorsApp.authenticator(of: ann)
        authenticator.flags = 0x01
        authenticator.userHandle = nil
        try await app.add(authenticator, .caller(app.caller(ann)))
        let challenge = try await app.challenge("ann")
        let options = try await app.identity.passkeyRequestOptions(
            challenge: challenge,
            device: .unknown
        )
        #expect(options["userVerification"] == "preferred")
        let answer = try authenticator.assertion(challenge: FactorsApp.challenge(of: options))
        let tokens = try await app.identity.completeSignIn(
            challenge: challenge,
            proof: .credential(answer),
            device: FactorsApp.home
        )
        #expect(tokens.account == ann)

        let strict = try FactorsApp()
        let ben = try await strict.signUp("ben")
        authenticator.userHandle = Array(ben.utf8)
        let made = try await strict.identity.passkeyCreationOptions(.caller(strict.caller(ben)))
        #expect(made["authenticatorSelection"]?["userVerification"] == "required")
        let credential = try authenticator.registration(challenge: FactorsApp.challenge(of: made))
        let refused = await problem { () throws(Problem) in
            try await strict.identity.registerPasskey(
                .caller(strict.caller(ben)),
                credential: credential,
                name: nil,
                device: FactorsApp.home
            )
        }
        #expect(refused?.code == .invalidPasskey)
    }

    @Test func `challenges expire, and removed passkeys are unknown`() async throws {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        let authenticator = FactorsApp.authenticator(of: ann)
        let setup = try await app.add(authenticator, .caller(app.caller(ann)))
        let late = try await app.assertion(authenticator)
        app.clock.advance(seconds: 301)
        #expect(await signIn(app, late).code == .invalidCode)
        try await app.identity.removeFactor(
            setup.factor.id,
            of: app.caller(ann),
            device: FactorsApp.home
        )
        #expect(await signIn(app, try app.assertion(authenticator)).code == .invalidPasskey)
    }

    @Test func `the options exclude what the account has`() async throws {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        let authenticator = FactorsApp.authenticator(of: ann)
        try await app.add(authenticator, .caller(app.caller(ann)))
        let options = try await app.identity.passkeyCreationOptions(.caller(app.caller(ann)))
        guard case .array(let excluded)? = options["excludeCredentials"] else {
            Issue.record("no excludeCredentials")
            return
        }
        #expect(
            excluded.map { $0["id"] }
                == [.string(VirtualAuthenticator.base64URL(authenticator.credentialID))]
        )
        #expect(options["rp"]?["id"] == "example.org")
    }

    @Test func `noise is refused, and never crashes`() async throws {
        let app = try FactorsApp()
        for credential: JSONValue in [
            .null, [:], [], "x", ["id": "AA", "type": "public-key"],
            ["id": "AA", "type": "public-key", "response": [:]],
        ] {
            #expect(await signIn(app, credential).code == .invalidPasskey)
        }
    }

    @Test func `a network begins only so many sign-ins, and what is refused writes nothing`()
        async throws
    {
        let app = try FactorsApp()
        func begin(_ device: Device) async -> ProblemCode? {
            await problem { () throws(Problem) in
                try await app.identity.passkeyRequestOptions(challenge: nil, device: device)
            }?.code
        }
        for _ in 0..<120 { #expect(await begin(FactorsApp.home) == nil) }
        for _ in 0..<5 { #expect(await begin(FactorsApp.home) == .throttled) }
        #expect(try app.texts("SELECT \"id\" FROM \"_tickets\"").count == 120)
        #expect(await begin(FactorsApp.elsewhere) == nil)
        app.clock.advance(seconds: 1)
        #expect(await begin(FactorsApp.home) == nil)
    }
}
