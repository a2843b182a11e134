import Engine
import JSON
import Testing

@testable import Identity

@Suite struct SecondFactorTests {
    @Test func `a sign-in asks for the factor once there is one`() async throws {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        #expect(try await app.hasSecondFactor(app.signIn("ann")) == false)
        let (phone, setup) = try await app.addApp(.caller(app.caller(ann)))
        #expect(setup.recoveryCodes?.count == 10)
        #expect(setup.tokens == nil)

        let refused = await problem { () throws(Problem) in try await app.signIn("ann") }
        #expect(refused?.code == .secondFactorRequired)
        #expect(
            refused?.members.first { $0.name == "factors" }?.value == ["totp", "recovery-code"]
        )
        let tokens = try await app.identity.completeSignIn(
            challenge: app.challenge("ann"),
            proof: .code(app.code(of: phone, in: 1)),
            device: FactorsApp.home
        )
        #expect(tokens.account == ann)
        #expect(try await app.hasSecondFactor(tokens) == true)
    }

    @Test func `a code works once, also that of the setup, and none before it`() async throws {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        let (phone, _) = try await app.addApp(.caller(app.caller(ann)))
        for (steps, isAccepted) in [(0, false), (1, true), (1, false), (0, false), (-1, false)] {
            let challenge = try await app.challenge("ann")
            let code = app.code(of: phone, in: Int64(steps))
            let refused = await problem { () throws(Problem) in
                try await app.identity.completeSignIn(
                    challenge: challenge,
                    proof: .code(code),
                    device: FactorsApp.home
                )
            }
            #expect(refused?.code == (isAccepted ? nil : .invalidCode))
        }
        app.clock.advance(seconds: 60)
        #expect(
            try await app.identity.completeSignIn(
                challenge: app.challenge("ann"),
                proof: .code(app.code(of: phone)),
                device: FactorsApp.home
            ).account == ann
        )
    }

    @Test(arguments: [false, true])
    func `of many that present the same code at once one gets in`(isRecovery: Bool) async throws {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        let (phone, setup) = try await app.addApp(.caller(app.caller(ann)))
        let recovery = try #require(setup.recoveryCodes?.first)
        let proof: SecondFactorProof =
            isRecovery ? .recoveryCode(recovery) : .code(app.code(of: phone, in: 1))
        var challenges: [String] = []
        for _ in 0..<8 { challenges.append(try await app.challenge("ann")) }
        let accepted = await withTaskGroup(of: Bool.self) { group in
            for challenge in challenges {
                group.addTask {
                    await problem { () throws(Problem) in
                        try await app.identity.completeSignIn(
                            challenge: challenge,
                            proof: proof,
                            device: FactorsApp.home
                        )
                    } == nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(accepted == 1)
        #expect(
            try await app.identity.factorOverview(of: app.caller(ann)).recoveryCodes
                == (isRecovery ? 9 : 10)
        )
    }

    @Test func `five failures end a challenge`() async throws {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        let (phone, _) = try await app.addApp(.caller(app.caller(ann)))
        let challenge = try await app.challenge("ann")
        for _ in 0..<5 {
            let refused = await problem { () throws(Problem) in
                try await app.identity.completeSignIn(
                    challenge: challenge,
                    proof: .recoveryCode("0000-0000-0000-0000"),
                    device: FactorsApp.home
                )
            }
            #expect(refused?.code == .invalidCode)
        }
        let right = app.code(of: phone, in: 1)
        let refused = await problem { () throws(Problem) in
            try await app.identity.completeSignIn(
                challenge: challenge,
                proof: .code(right),
                device: FactorsApp.home
            )
        }
        #expect(refused?.code == .invalidCode)
    }

    @Test func `a challenge works once`() async throws {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        let codes = try #require(
            try await app.addApp(.caller(app.caller(ann))).setup.recoveryCodes
        )
        let challenge = try await app.challenge("ann")
        for (code, isAccepted) in [(codes[0], true), (codes[1], false)] {
            let refused = await problem { () throws(Problem) in
                try await app.identity.completeSignIn(
                    challenge: challenge,
                    proof: .recoveryCode(code),
                    device: FactorsApp.home
                )
            }
            #expect(refused?.code == (isAccepted ? nil : .invalidCode))
        }
    }

    @Test func `challenges expire`() async throws {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        let (phone, _) = try await app.addApp(.caller(app.caller(ann)))
        let challenge = try await app.challenge("ann")
        app.clock.advance(seconds: 601)
        let refused = await problem { () throws(Problem) in
            try await app.identity.completeSignIn(
                challenge: challenge,
                proof: .code(app.code(of: phone)),
                device: FactorsApp.home
            )
        }
        #expect(refused?.code == .invalidCode)
    }

    @Test func `somebody else's code and recovery code are wrong`() async throws {
        let app = try FactorsApp()
        let (ann, ben) = (try await app.signUp("ann"), try await app.signUp("ben"))
        _ = try await app.addApp(.caller(app.caller(ann)))
        let (phone, setup) = try await app.addApp(.caller(app.caller(ben)))
        let challenge = try await app.challenge("ann")
        for proof in [
            SecondFactorProof.code(app.code(of: phone, in: 1)),
            .recoveryCode(try #require(setup.recoveryCodes?.first)),
        ] {
            let refused = await problem { () throws(Problem) in
                try await app.identity.completeSignIn(
                    challenge: challenge,
                    proof: proof,
                    device: FactorsApp.home
                )
            }
            #expect(refused?.code == .invalidCode)
        }
    }

    /// Whoever has the password asks for challenge after challenge, from address after address.
    @Test func `strangers who guess have to wait, and owners do not`() async throws {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        // The owner has signed in at home.
        _ = try await app.signIn("ann")
        let (phone, _) = try await app.addApp(.caller(app.caller(ann)))
        app.clock.advance(seconds: 300)
        func attempt(_ code: String, from device: Device) async throws -> ProblemCode? {
            let challenge = try await app.challenge("ann", device: device)
            return await problem { () throws(Problem) in
                try await app.identity.completeSignIn(
                    challenge: challenge,
                    proof: .code(code),
                    device: device
                )
            }?.code
        }
        let codes = Set((-1...1).map { app.code(of: phone, in: $0) })
        let wrong = try #require(
            ["000000", "000001", "000002", "000003"].first { !codes.contains($0) }
        )
        for index in 0..<11 {
            let device = Device(address: "198.51.100.\(index)")
            #expect(try await attempt(wrong, from: device) == .invalidCode)
        }
        let fresh = Device(address: "192.0.2.1")
        #expect(try await attempt(app.code(of: phone), from: fresh) == .throttled)
        #expect(try await attempt(app.code(of: phone), from: FactorsApp.home) == nil)
    }

    @Test func `no other way in gets around it`() async throws {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        _ = try await app.addApp(.caller(app.caller(ann)))
        for method in [AuthenticationMethod.email, .federated, .password] {
            let refused = await problem { () throws(Problem) in
                try await app.identity.openSession(
                    account: ann,
                    methods: [method],
                    device: FactorsApp.home
                )
            }
            #expect(refused?.code == .secondFactorRequired)
        }
        try await app.identity.resetPassword(
            email: "ann@example.com",
            password: FactorsApp.password
        )
        let refused = await problem { () throws(Problem) in try await app.signIn("ann") }
        #expect(refused?.code == .secondFactorRequired)
        #expect(try await app.identity.factors(of: ann).count == 1)
    }

    @Test func `without a second factor in the model, nobody is asked`() async throws {
        let app = try FactorsApp(mfa: "off")
        let ann = try await app.signUp("ann")
        try await app.add(FactorsApp.authenticator(of: ann), .caller(app.caller(ann)))
        #expect(try await app.signIn("ann").account == ann)
        #expect(try await app.identity.factorOverview(of: app.caller(ann)).recoveryCodes == 0)
    }

    @Test func `whoever has a second factor proves with it who they are, not with the password`()
        async throws
    {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        let session = try await app.identity.makeTokenVerifier()
            .verify(app.signIn("ann").accessToken)
        func reauthenticate(_ proof: ReauthenticationProof) async -> ProblemCode? {
            await problem { () throws(Problem) in
                try await app.identity.reauthenticate(session, proof, device: FactorsApp.home)
            }?.code
        }
        #expect(await reauthenticate(.password(FactorsApp.password)) == nil)
        let (phone, _) = try await app.addApp(.caller(app.caller(ann)))
        #expect(await reauthenticate(.password(FactorsApp.password)) == .secondFactorRequired)
        #expect(await reauthenticate(.factor(.code(app.code(of: phone, in: 1)))) == nil)
    }
}
