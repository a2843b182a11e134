import Engine
import Identity
import Mail
import SQLite
import Storage
import Testing

@Suite struct PasswordResetTests {
    let app: MailedApp

    init() throws {
        app = try MailedApp()
    }

    private func request(_ handle: String = "ann") async throws {
        try await app.identity.requestPasswordReset(
            email: "\(handle)@example.com",
            device: MailedApp.device
        )
    }

    private func reset(_ token: String, to password: String = "a new passphrase")
        async throws(Problem)
    {
        try await app.identity.resetPassword(
            token: token,
            password: password,
            device: MailedApp.device
        )
    }

    @Test func `a link sets a new password and ends every session`() async throws {
        let id = try await app.addAccount("ann")
        let session = try await app.signIn("ann")
        try await request()
        let letter = try app.post.last(.passwordReset)
        #expect(letter.recipient == "ann@example.com")
        #expect(
            letter.values[.link] == "https://app.example/auth/reset-password#token=\(letter.token)"
        )
        #expect(letter.values[.device] == "Firefox on Linux")
        #expect(letter.languages == ["de-AT", "en"])
        try await reset(letter.token)
        #expect(await refused { try await app.signIn("ann") }?.code == .invalidCredentials)
        _ = try await app.signIn("ann", password: "a new passphrase")
        let refresh = session.refreshToken
        #expect(await refused { try await app.identity.refresh(refresh) }?.code != nil)
        #expect(try app.post.last(.passwordChanged).recipient == "ann@example.com")
        #expect(try await app.identity.account(id)?.verified != nil)
    }

    @Test func `a link works once, however many come with it at once`() async throws {
        try await app.addAccount("ann")
        try await request()
        let token = try app.post.last(.passwordReset).token
        let successes = await MailedApp.successes { try await reset(token) }
        #expect(successes == 1)
        #expect(await refused { try await reset(token) }?.code == .invalidCode)
    }

    @Test func `another request makes the link before void`() async throws {
        try await app.addAccount("ann")
        try await request()
        let first = try app.post.last(.passwordReset).token
        try await request()
        #expect(await refused { try await reset(first) }?.code == .invalidCode)
        try await reset(try app.post.last(.passwordReset).token)
    }

    @Test func `a link stands for half an hour`() async throws {
        try await app.addAccount("ann")
        try await request()
        app.clock.advance(seconds: 30 * 60)
        let token = try app.post.last(.passwordReset).token
        #expect(await refused { try await reset(token) }?.code == .invalidCode)
    }

    @Test func `a password that is refused leaves the link standing`() async throws {
        try await app.addAccount("ann")
        try await request()
        let token = try app.post.last(.passwordReset).token
        #expect(await refused { try await reset(token, to: "short") }?.code == .validationFailed)
        try await reset(token)
    }

    @Test func `no token of another purpose resets a password, nor this one signs in`()
        async throws
    {
        try await app.addAccount("ann")
        _ = try await app.identity.requestSignInCode(
            email: "ann@example.com",
            device: MailedApp.device
        )
        let other = try app.post.last(.signInCode).token
        #expect(await refused { try await reset(other) }?.code == .invalidCode)
        try await request()
        let token = try app.post.last(.passwordReset).token
        let signIn = await refused {
            try await app.identity.signIn(token: token, device: .unknown, isBrowser: false)
        }
        #expect(signIn?.code == .invalidCode)
        let verification = await refused {
            try await app.identity.verify(token: token, device: .unknown, isBrowser: false)
        }
        #expect(verification?.code == .invalidCode)
        try await reset(token)
    }

    @Test(arguments: ["", "tk_", "tk_AAAA", "rt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "x"])
    func `what is no token is refused in the same words`(token: String) async throws {
        let refusal = await refused { try await reset(token) }
        #expect(refusal?.code == .invalidCode)
        #expect(refusal?.detail == Problem.invalidCode.detail)
    }

    @Test func `for an address without account the same is written, and nothing is sent`()
        async throws
    {
        try await app.addAccount("ann")
        func rows(_ handle: String) async throws -> [Int64?] {
            let tables = ["_tickets", "_audit", "_throttles"]
            let before = try tables.map { try app.count($0) ?? 0 }
            try await request(handle)
            return try zip(tables, before).map { try (app.count($0) ?? 0) - $1 }
        }
        let known = try await rows("ann")
        let unknown = try await rows("bob")
        // The network's own limit has its row since the first.
        #expect(known.dropLast() == unknown.dropLast())
        #expect(app.post.written.map(\.recipient) == ["ann@example.com", "bob@example.com"])
        #expect(app.post.sent.map(\.recipient) == ["ann@example.com"])
    }

    @Test func `a suspended account gets no link`() async throws {
        let id = try await app.addAccount("ann")
        try await request()
        let token = try app.post.last(.passwordReset).token
        try await app.identity.transaction { transaction throws(StoreError) in
            _ = try transaction.execute(
                Statement("UPDATE \"_accounts\" SET \"suspended\" = 1 WHERE \"id\" = ?1"),
                [.text(id)]
            )
        }
        #expect(await refused { try await reset(token) }?.code == .invalidCode)
        try await request()
        #expect(app.post.sent.count == 1)
        #expect(app.post.written.count == 2)
    }

    @Test(arguments: ["ann", "nobody"])
    func `the limit of mails is the same for whoever has an account`(handle: String) async throws {
        try await app.addAccount("ann")
        for _ in 0..<5 { try await request(handle) }
        try await request(handle)
        let refusal = await refused {
            try await app.identity.requestPasswordReset(
                email: "\(handle.uppercased())@EXAMPLE.com",
                device: MailedApp.device
            )
        }
        #expect(refusal?.code == .throttled)
        app.clock.advance(seconds: 1)
        try await request(handle)
    }

    @Test func `nobody's mailbox is flooded from many networks`() async throws {
        try await app.addAccount("ann")
        var sent = 0
        for index in 0..<60 {
            let device = Device(address: "203.0.113.\(index)")
            let refusal = await refused {
                try await app.identity.requestPasswordReset(
                    email: "ann@example.com",
                    device: device
                )
            }
            if refusal == nil { sent += 1 }
        }
        #expect(sent <= 11)
    }

    @Test(arguments: [
        "ann", "ann@example.com\r\nBcc: eve@example.com", "ann@example.com,eve@example.com", "",
        "\u{FF41}nn@example.com", "ann@example.com\u{200B}", "ann@ex\u{0430}mple.com",
        String(repeating: "a", count: 300) + "@example.com", "<ann@example.com>",
    ])
    func `what is no plain address is refused`(email: String) async throws {
        try await app.addAccount("ann")
        let refusal = await refused {
            try await app.identity.requestPasswordReset(email: email, device: MailedApp.device)
        }
        #expect(refusal?.code == .validationFailed)
        #expect(app.post.written.isEmpty)
    }
}
