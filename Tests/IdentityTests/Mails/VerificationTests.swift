import Engine
import Identity
import JSON
import Mail
import SQLite
import Storage
import Testing

@Suite struct VerificationTests {
    let app: MailedApp

    init() throws {
        app = try MailedApp("signIn: [password], verifyEmail: true")
    }

    private func verify(
        _ token: String,
        _ binding: String?,
        password: String? = nil,
        consents: JSONValue? = nil
    ) async throws(Problem) -> Verification {
        try await app.identity.verify(
            token: token,
            claim: VerificationClaim(binding: binding, password: password, consents: consents),
            device: MailedApp.device,
            isBrowser: false
        )
    }

    private func verify(
        _ handle: String,
        code: String,
        _ binding: String?
    ) async throws(Problem) -> Verification {
        try await app.identity.verify(
            email: "\(handle)@example.com",
            code: code,
            claim: VerificationClaim(binding: binding),
            device: MailedApp.device,
            isBrowser: false
        )
    }

    /// Begins a sign-up; what goes with its code.
    private func begin(
        _ handle: String,
        email: String? = nil,
        password: String = "correct horse"
    ) async throws -> String {
        try #require(
            try await app.register(handle, email: email, password: password).binding,
            "no mail was announced"
        )
    }

    @Test func `an account comes to be once its address is verified, and is signed in`()
        async throws
    {
        let binding = try await begin("ann")
        #expect(try app.count("users") == 0)
        #expect(await refused { try await app.signIn("ann") }?.code == .invalidCredentials)
        let letter = try app.post.last(.verify)
        #expect(letter.values[.link] == "https://app.example/auth/verify#token=\(letter.token)")
        guard case .registered(let answer, let tokens) = try await verify(letter.token, binding)
        else {
            Issue.record("the address was verified, and no account made")
            return
        }
        #expect(tokens.account == answer.id)
        #expect(try await app.identity.account(answer.id)?.verified != nil)
        _ = try await app.signIn("ann")
        #expect(await refused { try await verify(letter.token, binding) }?.code == .invalidCode)
    }

    @Test func `the code does what the link does, in five tries`() async throws {
        let ann = try await begin("ann")
        let letter = try app.post.last(.verify)
        for _ in 0..<4 {
            let refusal = await refused { try await verify("ann", code: "1234567", ann) }
            #expect(refusal?.code == .invalidCode)
        }
        _ = try await verify("ann", code: letter.code, ann)
        #expect(try app.count("users") == 1)
        let bob = try await begin("bob")
        for _ in 0..<5 { _ = await refused { try await verify("bob", code: "1234567", bob) } }
        let code = try app.post.last(.verify).code
        #expect(await refused { try await verify("bob", code: code, bob) }?.code == .invalidCode)
    }

    @Test func `of many who come with a link at once one makes the account`() async throws {
        let binding = try await begin("ann")
        let token = try app.post.last(.verify).token
        #expect(await MailedApp.successes { _ = try await verify(token, binding) } == 1)
        #expect(try app.count("users") == 1)
    }

    @Test func `a taken address is told to its owner, and to nobody else`() async throws {
        try await app.addAccount("ann")
        let bindings = [
            try await begin("eve", email: "ann@example.com"),
            try await begin("eve", email: "fresh@example.com"),
        ]
        #expect(bindings[0].count == bindings[1].count && bindings[0] != bindings[1])
        #expect(app.post.written.map(\.kind) == [.accountExists, .verify])
        #expect(app.post.written.allSatisfy { !$0.isDecoy })
        #expect(try app.post.last(.accountExists).recipient == "ann@example.com")
        #expect(app.post.written[0].token.isEmpty && app.post.written[0].code.isEmpty)
        #expect(try app.count("users") == 1)
        // What comes next is the same, too.
        let taken = await refused { try await verify("ann", code: "0000000", bindings[0]) }
        let fresh = await refused { try await verify("fresh", code: "0000000", bindings[1]) }
        #expect(taken?.code == fresh?.code && taken?.detail == fresh?.detail)
    }

    /// The other fields must not become a way to ask.
    @Test(arguments: ["ann@example.com", "fresh@example.com"])
    func `what is wrong with other fields is told alike for taken and fresh addresses`(
        email: String
    ) async throws {
        try await app.addAccount("ann")
        let conflict = await refused { try await app.register("ann", email: email) }
        #expect(conflict?.code == .uniqueViolated)
        let invalid = await refused { try await app.register("A", email: email) }
        #expect(invalid?.code == .validationFailed)
        #expect(invalid?.errors.map(\.pointer) == ["/handle"])
        let weak = await refused {
            try await app.identity.register(
                ["handle": "ann", "email": .string(email), "password": "short"],
                caller: AccountsApp.stranger,
                device: MailedApp.device
            )
        }
        #expect(weak?.errors.map(\.pointer) == ["/password"])
        #expect(app.post.written.isEmpty)
    }

    @Test func `the database has nothing of a sign-up that waits in the clear`() async throws {
        _ = try await app.register("ann_the_first")
        let rows = try app.store.makeReader().rows(Statement("SELECT * FROM \"_tickets\""), [])
        #expect(rows.count == 1)
        for value in rows.joined() {
            let text = value.text ?? String(decoding: value.blob ?? [], as: UTF8.self)
            for secret in ["ann_the", "example.com", "argon2", try app.post.last(.verify).code] {
                #expect(!text.contains(secret))
            }
        }
        #expect(try app.count("_events") == 0)
    }

    @Test func `a name that was taken meanwhile is told, and the link still stands`()
        async throws
    {
        let binding = try await begin("ann", email: "first@example.com")
        let token = try app.post.last(.verify).token
        try await app.addAccount("ann")
        for _ in 0..<2 {
            let refusal = await refused { try await verify(token, binding) }
            #expect(refusal?.code == .uniqueViolated)
        }
    }

    private func resend(_ handle: String, _ binding: String? = nil) async throws -> String {
        try await app.identity.resendVerification(
            email: "\(handle)@example.com",
            binding: binding,
            device: .unknown
        )
    }

    @Test func `the mail can be sent once more, and the one before is void`() async throws {
        let binding = try await begin("ann")
        let first = try app.post.last(.verify)
        #expect(try await resend("ann", binding) == binding)
        #expect(await refused { try await verify(first.token, binding) }?.code == .invalidCode)
        let early = await refused { try await verify("ann", code: first.code, binding) }
        #expect(early?.code == .invalidCode)
        _ = try await verify("ann", code: try app.post.last(.verify).code, binding)
        _ = try await resend("ann")
        _ = try await resend("bob")
        #expect(app.post.written.count == 4)
        #expect(app.post.sent.count == 2)
    }

    @Test func `who did not sign up has another mail sent, and makes none void`() async throws {
        let binding = try await begin("ann")
        let first = try app.post.last(.verify)
        let other = try await resend("ann")
        #expect(other != binding && other.count == binding.count)
        let second = try app.post.last(.verify)
        // What a stranger is answered is bound to nothing.
        for code in [first.code, second.code] {
            let refusal = await refused { try await verify("ann", code: code, other) }
            #expect(refusal?.code == .invalidCode)
        }
        let refusal = await refused { try await verify(second.token, other) }
        #expect(refusal?.code == .passwordRequired)
        _ = try await verify("ann", code: first.code, binding)
    }

    @Test func `an account whose address is not verified has to verify it, with its password`()
        async throws
    {
        let body = AccountsApp.body("ann")
        let id = try await app.identity.signUp(fields: body, caller: AccountsApp.stranger).id
        #expect(await refused { try await app.signIn("ann") }?.code == .emailUnverified)
        let binding = try await resend("ann")
        let letter = try app.post.last(.verify)
        #expect(
            await refused { try await verify(letter.token, binding) }?.code == .passwordRequired
        )
        let early = await refused { try await verify("ann", code: letter.code, binding) }
        #expect(early?.code == .passwordRequired)
        let verification = try await verify(letter.token, nil, password: "correct horse")
        guard case .verified = verification else {
            Issue.record("another account was made")
            return
        }
        #expect(try await app.signIn("ann").account == id)
        #expect(try app.count("_audit", "\"kind\" = 'account.reclaimed'") == 0)
        #expect(app.post.written.map(\.kind).filter { $0 == .passwordChanged } == [])
    }

    @Test func `with another password it is the address's owner's from then on`() async throws {
        let body = AccountsApp.body("ann", password: "eve's password")
        let id = try await app.identity.signUp(fields: body, caller: AccountsApp.stranger).id
        _ = try await app.identity.createKey(
            KeyRequest(name: "backdoor", owner: .account(id), scopes: ["*"])
        )
        _ = try await resend("ann")
        let token = try app.post.last(.verify).token
        let weak = await refused { try await verify(token, nil, password: "password") }
        #expect(weak?.code == .validationFailed)
        _ = try await verify(token, nil, password: "ann's password")
        let entered = await refused { try await app.signIn("ann", password: "eve's password") }
        #expect(entered?.code == .invalidCredentials)
        #expect(try await app.signIn("ann", password: "ann's password").account == id)
        #expect(try app.count("_api_keys", "\"revoked\" IS NULL") == 0)
        #expect(try app.post.last(.passwordChanged).recipient == "ann@example.com")
    }

    // MARK: Elsewhere than where the sign-up began

    @Test func `a link that is opened elsewhere asks for a password, which is the account's`()
        async throws
    {
        _ = try await begin("ann", password: "a first password")
        let token = try app.post.last(.verify).token
        for binding in [nil, "", "AAAAAAAAAAAAAAAAAAAAAA"] {
            let refusal = await refused { try await verify(token, binding) }
            #expect(refusal?.code == .passwordRequired)
        }
        let weak = await refused { try await verify(token, nil, password: "ann@example.com") }
        #expect(weak?.errors.map(\.pointer) == ["/password"])
        #expect(try app.count("users") == 0)
        _ = try await verify(token, nil, password: "a second password")
        let first = await refused { try await app.signIn("ann", password: "a first password") }
        #expect(first?.code == .invalidCredentials)
        _ = try await app.signIn("ann", password: "a second password")
    }

    @Test func `whoever has the mailbox completes their own sign-up, by whichever link`()
        async throws
    {
        let own = try await begin("ann", password: "ann's password")
        _ = try await begin("eve", email: "ann@example.com", password: "eve's password")
        let others = try app.post.last(.verify).token
        _ = try await verify(others, own)
        _ = try await app.signIn("ann", password: "ann's password")
        #expect(try app.count("users", "\"handle\" = 'ann'") == 1)
        // What else waited for the address is void.
        #expect(try app.count("_tickets") == 0)
    }

    @Test func `a code works with what belongs to it, and others' guesses end nothing`()
        async throws
    {
        let own = try await begin("ann", password: "ann's password")
        let letter = try app.post.last(.verify)
        let eve = try await begin("eve", email: "ann@example.com", password: "eve's password")
        for binding in [nil, "", eve] {
            for _ in 0..<9 {
                let refusal = await refused { try await verify("ann", code: letter.code, binding) }
                #expect([.invalidCode, .throttled].contains(refusal?.code))
            }
        }
        _ = try await verify("ann", code: letter.code, own)
        _ = try await app.signIn("ann", password: "ann's password")
    }

    @Test func `nobody agrees for somebody else`() async throws {
        let app = try MailedApp("signIn: [password], verifyEmail: true, consents: [terms-2026]")
        _ = try await app.identity.register(
            [
                "handle": "ann", "email": "ann@example.com", "password": "eve's password",
                "consents": ["terms-2026"],
            ],
            caller: AccountsApp.stranger,
            device: MailedApp.stranger
        )
        let token = try app.post.last(.verify).token
        func verify(_ claim: VerificationClaim) async throws(Problem) {
            _ = try await app.identity.verify(
                token: token,
                claim: claim,
                device: MailedApp.device,
                isBrowser: false
            )
        }
        let asked = await refused { try await verify(.none) }
        #expect(asked?.members == [.init("consents", ["terms-2026"])])
        for consents: JSONValue? in [nil, [], ["other"]] {
            let claim = VerificationClaim(password: "ann's password", consents: consents)
            let refusal = await refused { try await verify(claim) }
            #expect(refusal?.errors.map(\.pointer) == ["/consents"])
        }
        try await verify(VerificationClaim(password: "ann's password", consents: ["terms-2026"]))
        #expect(try app.count("_consents", "\"address\" = '203.0.113.7'") == 1)
        #expect(try app.count("_consents") == 1)
    }

    @Test func `a link stands for a day`() async throws {
        let binding = try await begin("ann")
        app.clock.advance(seconds: 24 * 3_600)
        let token = try app.post.last(.verify).token
        #expect(await refused { try await verify(token, binding) }?.code == .invalidCode)
    }

    @Test func `no member of a sign-up makes its address verified or gives a role`() async throws {
        for member in ["verified", "role", "id", "suspended"] {
            let refusal = await refused {
                try await app.identity.register(
                    .object([
                        .init("handle", "eve"), .init("email", "eve@example.com"),
                        .init("password", "correct horse"), .init(member, "owner"),
                    ]),
                    caller: AccountsApp.stranger,
                    device: MailedApp.device
                )
            }
            #expect(refusal?.code == .validationFailed, "\(member)")
        }
    }

    @Test func `what has to be accepted is accepted at the sign-up, and noted`() async throws {
        let app = try MailedApp("signIn: [password], verifyEmail: true, consents: [terms-2026]")
        @discardableResult
        func register(_ consents: JSONValue?) async throws -> String? {
            var members: [JSONValue.Member] = [
                .init("handle", "ann"), .init("email", "ann@example.com"),
                .init("password", "correct horse"),
            ]
            if let consents { members.append(.init("consents", consents)) }
            return try await app.identity.register(
                .object(members),
                caller: AccountsApp.stranger,
                device: MailedApp.device
            ).binding
        }
        for wrong: JSONValue? in [
            nil, [], "terms-2026", ["terms-2025"], ["terms-2026", "more"],
            ["terms-2026", "terms-2026"], true,
        ] {
            let refusal = await refused { try await register(wrong) }
            #expect(refusal?.errors.map(\.pointer) == ["/consents"])
        }
        let binding = try await register(["terms-2026"])
        let moment = app.clock.seconds
        app.clock.advance(seconds: 60)
        let token = try app.post.last(.verify).token
        _ = try await app.identity.verify(
            token: token,
            claim: VerificationClaim(binding: binding),
            device: .unknown,
            isBrowser: false
        )
        #expect(
            try app.count(
                "_consents",
                "\"name\" = 'terms-2026' AND \"at\" = \(moment)000000 AND \"address\" = '203.0.113.7'"
            ) == 1
        )
    }
}
