import Engine
import JSON
import Testing

@testable import Identity

@Suite struct EnrolmentTests {
    @Test func `what is required is set up at the first sign-in`() async throws {
        let app = try FactorsApp(mfa: "required")
        let ann = try await app.signUp("ann")
        let refused = await problem { () throws(Problem) in try await app.signIn("ann") }
        #expect(refused?.code == .enrolmentRequired)
        let challenge = try await app.challenge("ann")
        let (_, setup) = try await app.addApp(.challenge(challenge))
        let tokens = try #require(setup.tokens)
        #expect(tokens.account == ann)
        #expect(try await app.hasSecondFactor(tokens) == true)
        #expect(setup.recoveryCodes?.count == 10)
        #expect(
            await problem { () throws(Problem) in try await app.signIn("ann") }?.code
                == .secondFactorRequired
        )
    }

    /// An attacker with the password alone, who keeps a challenge from before the owner's setup.
    @Test func `a challenge sets nothing up once there is a factor`() async throws {
        let app = try FactorsApp(mfa: "required")
        _ = try await app.signUp("ann")
        let (attackers, owners) = (try await app.challenge("ann"), try await app.challenge("ann"))
        let begun = try await app.identity.beginTOTP(.challenge(attackers), name: nil)
        let passkey = try await app.identity.passkeyCreationOptions(.challenge(attackers))
        _ = try await app.addApp(.challenge(owners))
        let begins = await problem { () throws(Problem) in
            try await app.identity.beginTOTP(.challenge(attackers), name: nil)
        }
        let confirms = await problem { () throws(Problem) in
            try await app.identity.confirmTOTP(
                .challenge(attackers),
                id: begun.id,
                code: "000000",
                device: FactorsApp.elsewhere
            )
        }
        let asks = await problem { () throws(Problem) in
            try await app.identity.passkeyCreationOptions(.challenge(attackers))
        }
        let registers = await problem { () throws(Problem) in
            try await app.identity.registerPasskey(
                .challenge(attackers),
                credential: passkey,
                name: nil,
                device: FactorsApp.elsewhere
            )
        }
        for problem in [begins, confirms, asks, registers] {
            #expect(problem?.code == .invalidCode)
        }
    }

    @Test func `a challenge for a second factor sets none up`() async throws {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        _ = try await app.addApp(.caller(app.caller(ann)))
        let challenge = try await app.challenge("ann")
        let refused = await problem { () throws(Problem) in
            try await app.identity.beginTOTP(.challenge(challenge), name: nil)
        }
        #expect(refused?.code == .invalidCode)
    }

    @Test func `a stolen session sets nothing up and takes nothing away`() async throws {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        let (_, setup) = try await app.addApp(.caller(app.caller(ann)))
        let stale = app.caller(ann, age: 601)
        let begins = await problem { () throws(Problem) in
            try await app.identity.beginTOTP(.caller(stale), name: nil)
        }
        let asks = await problem { () throws(Problem) in
            try await app.identity.passkeyCreationOptions(.caller(stale))
        }
        let removes = await problem { () throws(Problem) in
            try await app.identity.removeFactor(
                setup.factor.id,
                of: stale,
                device: FactorsApp.elsewhere
            )
        }
        let renews = await problem { () throws(Problem) in
            try await app.identity.renewRecoveryCodes(of: stale, device: FactorsApp.elsewhere)
        }
        for problem in [begins, asks, removes, renews] {
            #expect(problem?.code == .reauthenticationRequired)
        }
        #expect(try await app.identity.factors(of: ann).count == 1)
    }

    @Test func `an app counts for nothing before its first code`() async throws {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        let caller = app.caller(ann)
        let begun = try await app.identity.beginTOTP(.caller(caller), name: "Phone")
        #expect(try await app.identity.factors(of: ann).isEmpty)
        #expect(try await app.signIn("ann").account == ann)
        let wrong = await problem { () throws(Problem) in
            try await app.identity.confirmTOTP(
                .caller(caller),
                id: begun.id,
                code: "12345",
                device: FactorsApp.home
            )
        }
        #expect(wrong?.code == .invalidCode)
        // Another one takes its place.
        _ = try await app.identity.beginTOTP(.caller(caller), name: nil)
        let gone = await problem { () throws(Problem) in
            try await app.identity.confirmTOTP(
                .caller(caller),
                id: begun.id,
                code: "123456",
                device: FactorsApp.home
            )
        }
        #expect(gone?.code == .recordNotFound)
    }

    @Test func `nobody confirms somebody else's app`() async throws {
        let app = try FactorsApp()
        let (ann, ben) = (try await app.signUp("ann"), try await app.signUp("ben"))
        let begun = try await app.identity.beginTOTP(.caller(app.caller(ann)), name: nil)
        let refused = await problem { () throws(Problem) in
            try await app.identity.confirmTOTP(
                .caller(app.caller(ben)),
                id: begun.id,
                code: "123456",
                device: FactorsApp.home
            )
        }
        #expect(refused?.code == .recordNotFound)
    }

    @Test func `the last factor stays where one is required`() async throws {
        let app = try FactorsApp(mfa: "required")
        let ann = try await app.signUp("ann")
        let (_, first) = try await app.addApp(.challenge(app.challenge("ann")))
        let refused = await problem { () throws(Problem) in
            try await app.identity.removeFactor(
                first.factor.id,
                of: app.caller(ann),
                device: FactorsApp.home
            )
        }
        #expect(refused?.code == .factorRefused)
        let second = try await app.add(
            FactorsApp.authenticator(of: ann),
            .caller(app.caller(ann))
        )
        #expect(second.recoveryCodes == nil)
        try await app.identity.removeFactor(
            first.factor.id,
            of: app.caller(ann),
            device: FactorsApp.home
        )
        #expect(try await app.identity.factors(of: ann).map(\.id) == [second.factor.id])
    }

    @Test func `recovery codes go with the last factor`() async throws {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        let (_, setup) = try await app.addApp(.caller(app.caller(ann)))
        try await app.identity.removeFactor(
            setup.factor.id,
            of: app.caller(ann),
            device: FactorsApp.home
        )
        #expect(try await app.identity.factorOverview(of: app.caller(ann)).recoveryCodes == 0)
        #expect(try await app.signIn("ann").account == ann)
        let refused = await problem { () throws(Problem) in
            try await app.identity.renewRecoveryCodes(of: app.caller(ann), device: FactorsApp.home)
        }
        #expect(refused?.code == .factorRefused)
    }

    @Test func `new recovery codes void the old ones`() async throws {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        let old = try #require(try await app.addApp(.caller(app.caller(ann))).setup.recoveryCodes)
        let new = try await app.identity.renewRecoveryCodes(
            of: app.caller(ann),
            device: FactorsApp.home
        )
        #expect(Set(old).isDisjoint(with: new))
        for (code, isAccepted) in [(old[0], false), (new[0], true)] {
            let challenge = try await app.challenge("ann")
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

    @Test func `nobody renames or removes somebody else's factor`() async throws {
        let app = try FactorsApp()
        let (ann, ben) = (try await app.signUp("ann"), try await app.signUp("ben"))
        let (_, setup) = try await app.addApp(.caller(app.caller(ann)))
        let rename = await problem { () throws(Problem) in
            try await app.identity.renameFactor(setup.factor.id, of: app.caller(ben), to: "Mine")
        }
        let remove = await problem { () throws(Problem) in
            try await app.identity.removeFactor(
                setup.factor.id,
                of: app.caller(ben),
                device: FactorsApp.home
            )
        }
        #expect(rename?.code == .recordNotFound && remove?.code == .recordNotFound)
        let renamed = try await app.identity.renameFactor(
            setup.factor.id,
            of: app.caller(ann),
            to: "Old phone"
        )
        #expect(renamed.name == "Old phone")
        for name in ["", String(repeating: "x", count: 65), "two\nlines"] {
            let refused = await problem { () throws(Problem) in
                try await app.identity.renameFactor(setup.factor.id, of: app.caller(ann), to: name)
            }
            #expect(refused?.code == .validationFailed)
        }
    }

    @Test func `an operator's reset removes all, and signs out`() async throws {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        _ = try await app.signIn("ann")
        _ = try await app.addApp(.caller(app.caller(ann)))
        let challenge = try await app.challenge("ann")
        #expect(try await app.identity.resetFactors(email: "Ann@example.com") == 1)
        #expect(try await app.identity.resetFactors(email: "nobody@example.com") == nil)
        #expect(try await app.identity.sessions(of: ann).isEmpty)
        let stale = await problem { () throws(Problem) in
            try await app.identity.completeSignIn(
                challenge: challenge,
                proof: .code("000000"),
                device: FactorsApp.home
            )
        }
        #expect(stale?.code == .invalidCode)
        #expect(try await app.signIn("ann").account == ann)
    }

    @Test func `the audit log tells of changes, and the database keeps no secret`() async throws {
        let app = try FactorsApp()
        let ann = try await app.signUp("ann")
        let begun = try await app.identity.beginTOTP(.caller(app.caller(ann)), name: nil)
        let (_, setup) = try await app.addApp(.caller(app.caller(ann)))
        let code = try #require(setup.recoveryCodes?.first)
        _ = try await app.identity.completeSignIn(
            challenge: app.challenge("ann"),
            proof: .recoveryCode(code),
            device: FactorsApp.home
        )
        let records = try await app.identity.auditRecords(AuditQuery(account: ann))
        let kinds = records.map(\.kind)
        #expect(kinds.contains("factor.added") && kinds.contains("recovery-codes.used"))
        let sealed = try app.texts("SELECT \"secret\" FROM \"_factors\"")
        #expect(sealed.count == 1 && sealed.allSatisfy { $0.hasPrefix("mk1.") })
        for record in records {
            let text = "\(record)"
            #expect(!text.contains(code) && !text.contains(begun.secret))
        }
    }
}
