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

    private func verify(_ token: String) async throws(Problem) -> Verification {
        try await app.identity.verify(token: token, device: MailedApp.device, isBrowser: false)
    }

    private func verify(_ handle: String, code: String) async throws(Problem) -> Verification {
        try await app.identity.verify(
            email: "\(handle)@example.com",
            code: code,
            device: MailedApp.device,
            isBrowser: false
        )
    }

    private func isSent(_ registration: Registration) -> Bool {
        if case .verificationSent = registration { true } else { false }
    }

    @Test func `an account comes to be once its address is verified, and is signed in`()
        async throws
    {
        #expect(isSent(try await app.register("ann")))
        #expect(try app.count("users") == 0)
        #expect(await refused { try await app.signIn("ann") }?.code == .invalidCredentials)
        let letter = try app.post.last(.verify)
        #expect(letter.values[.link] == "https://app.example/auth/verify#token=\(letter.token)")
        guard case .registered(let answer, let tokens) = try await verify(letter.token) else {
            Issue.record("the address was verified, and no account made")
            return
        }
        #expect(tokens.account == answer.id)
        #expect(try await app.identity.account(answer.id)?.verified != nil)
        _ = try await app.signIn("ann")
        #expect(await refused { try await verify(letter.token) }?.code == .invalidCode)
    }

    @Test func `the code does what the link does, in five tries`() async throws {
        _ = try await app.register("ann")
        let letter = try app.post.last(.verify)
        for _ in 0..<4 {
            let refusal = await refused { try await verify("ann", code: "1234567") }
            #expect(refusal?.code == .invalidCode)
        }
        _ = try await verify("ann", code: letter.code)
        #expect(try app.count("users") == 1)
        _ = try await app.register("bob")
        for _ in 0..<5 { _ = await refused { try await verify("bob", code: "1234567") } }
        let code = try app.post.last(.verify).code
        #expect(await refused { try await verify("bob", code: code) }?.code == .invalidCode)
    }

    @Test func `of many who come with a link at once one makes the account`() async throws {
        _ = try await app.register("ann")
        let token = try app.post.last(.verify).token
        #expect(await MailedApp.successes { _ = try await verify(token) } == 1)
        #expect(try app.count("users") == 1)
    }

    @Test func `a taken address is told to its owner, and to nobody else`() async throws {
        try await app.addAccount("ann")
        #expect(isSent(try await app.register("eve", email: "ann@example.com")))
        #expect(isSent(try await app.register("eve", email: "fresh@example.com")))
        #expect(app.post.written.map(\.kind) == [.accountExists, .verify])
        #expect(app.post.written.allSatisfy { !$0.isDecoy })
        #expect(try app.post.last(.accountExists).recipient == "ann@example.com")
        #expect(app.post.written[0].token.isEmpty && app.post.written[0].code.isEmpty)
        #expect(try app.count("users") == 1)
        // What comes next is the same, too.
        let taken = await refused {
            try await app.identity.verify(
                email: "ann@example.com",
                code: "0000000",
                device: .unknown,
                isBrowser: false
            )
        }
        let fresh = await refused {
            try await app.identity.verify(
                email: "fresh@example.com",
                code: "0000000",
                device: .unknown,
                isBrowser: false
            )
        }
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
        _ = try await app.register("ann", email: "first@example.com")
        let token = try app.post.last(.verify).token
        try await app.addAccount("ann")
        #expect(await refused { try await verify(token) }?.code == .uniqueViolated)
        #expect(await refused { try await verify(token) }?.code == .uniqueViolated)
    }

    @Test func `the mail can be sent once more, and the one before is void`() async throws {
        _ = try await app.register("ann")
        let first = try app.post.last(.verify).token
        try await app.identity.resendVerification(email: "ann@example.com", device: .unknown)
        #expect(await refused { try await verify(first) }?.code == .invalidCode)
        _ = try await verify(try app.post.last(.verify).token)
        try await app.identity.resendVerification(email: "ann@example.com", device: .unknown)
        try await app.identity.resendVerification(email: "bob@example.com", device: .unknown)
        #expect(app.post.written.count == 4)
        #expect(app.post.sent.count == 2)
    }

    @Test func `an account whose address is not verified has to verify it`() async throws {
        let body = AccountsApp.body("ann")
        let id = try await app.identity.signUp(fields: body, caller: AccountsApp.stranger).id
        #expect(await refused { try await app.signIn("ann") }?.code == .emailUnverified)
        try await app.identity.resendVerification(email: "ann@example.com", device: .unknown)
        guard case .verified = try await verify(try app.post.last(.verify).token) else {
            Issue.record("another account was made")
            return
        }
        #expect(try await app.signIn("ann").account == id)
    }

    @Test func `a link stands for a day`() async throws {
        _ = try await app.register("ann")
        app.clock.advance(seconds: 24 * 3_600)
        let token = try app.post.last(.verify).token
        #expect(await refused { try await verify(token) }?.code == .invalidCode)
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
        func register(_ consents: JSONValue?) async throws {
            var members: [JSONValue.Member] = [
                .init("handle", "ann"), .init("email", "ann@example.com"),
                .init("password", "correct horse"),
            ]
            if let consents { members.append(.init("consents", consents)) }
            _ = try await app.identity.register(
                .object(members),
                caller: AccountsApp.stranger,
                device: MailedApp.device
            )
        }
        for wrong: JSONValue? in [
            nil, [], "terms-2026", ["terms-2025"], ["terms-2026", "more"],
            ["terms-2026", "terms-2026"], true,
        ] {
            let refusal = await refused { try await register(wrong) }
            #expect(refusal?.errors.map(\.pointer) == ["/consents"])
        }
        try await register(["terms-2026"])
        let moment = app.clock.seconds
        app.clock.advance(seconds: 60)
        let token = try app.post.last(.verify).token
        _ = try await app.identity.verify(token: token, device: .unknown, isBrowser: false)
        #expect(
            try app.count(
                "_consents",
                "\"name\" = 'terms-2026' AND \"at\" = \(moment)000000 AND \"address\" = '203.0.113.7'"
            ) == 1
        )
    }
}
