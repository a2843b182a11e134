import Mail
import NIOPosix
import Testing

/// The client against a server that does what each test wants.
@Suite(.timeLimit(.minutes(1))) struct SMTPSessionTests {
    static func settings(
        _ server: StubSMTPServer,
        host: String = "127.0.0.1",
        security: SMTPSettings.Security = .none,
        credentials: SMTPSettings.Credentials? = nil,
        trusts: Bool = true
    ) throws -> SMTPSettings {
        var settings = SMTPSettings(
            host: host,
            port: server.port,
            security: security,
            credentials: credentials,
            trustedCertificates: trusts ? try LoopbackCertificate.trustFile() : nil
        )
        settings.timeLimits.reply = 30
        return settings
    }

    static func open(_ settings: SMTPSettings) async throws(SMTPError) -> SMTPSession {
        try await SMTPSession.open(settings, on: .singletonMultiThreadedEventLoopGroup)
    }

    static func deliver(
        _ session: SMTPSession,
        to recipient: String = "ann@example.com",
        text: String = "Hi\n"
    ) async throws {
        let message = try MessageTests.message(text: text, html: nil)
        let recipient = try #require(MailAddress(recipient))
        try await session.deliver(message.bytes(), from: message.sender, to: recipient)
    }

    /// What a whole try ends with.
    static func failure(_ settings: SMTPSettings) async throws -> SMTPError? {
        do {
            let session = try await open(settings)
            try await deliver(session)
            return nil
        } catch let error as SMTPError {
            return error
        }
    }

    static let credentials = SMTPSettings.Credentials(username: "ann", password: "s3cret")

    @Test func `a letter is handed over in the order of the RFC`() async throws {
        let server = try await StubSMTPServer()
        let session = try await Self.open(Self.settings(server))
        try await Self.deliver(session, text: "Hi\n.\n.hidden\n")
        await session.close()
        #expect(
            server.lines == [
                "EHLO [127.0.0.1]", "MAIL FROM:<no-reply@app.example>",
                "RCPT TO:<ann@example.com>", "DATA", "QUIT",
            ]
        )
        let message = try #require(server.messages.first)
        #expect(message.content.hasSuffix("\r\n\r\nHi\r\n.\r\n.hidden\r\n"))
        try await server.stop()
    }

    @Test func `several letters go over one connection`() async throws {
        let server = try await StubSMTPServer()
        let session = try await Self.open(Self.settings(server))
        for _ in 0..<3 { try await Self.deliver(session) }
        await session.close()
        #expect(server.messages.count == 3)
        #expect(server.connections == 1)
        try await server.stop()
    }

    // MARK: - TLS

    @Test func `with STARTTLS all but the first hello is encrypted, and EHLO is said again`()
        async throws
    {
        let server = try await StubSMTPServer()
        let session = try await Self.open(
            Self.settings(server, security: .startTLS, credentials: Self.credentials)
        )
        try await Self.deliver(session)
        #expect(server.messages.map(\.isEncrypted) == [true])
        #expect(
            server.lines.prefix(4) == [
                "EHLO [127.0.0.1]", "STARTTLS", "EHLO [127.0.0.1]",
                "AUTH PLAIN AGFubgBzM2NyZXQ=",
            ]
        )
        await session.close()
        try await server.stop()
    }

    @Test func `implicit TLS is encrypted from the first byte`() async throws {
        let server = try await StubSMTPServer(isImplicit: true)
        let session = try await Self.open(
            Self.settings(server, host: "localhost", security: .implicitTLS)
        )
        try await Self.deliver(session)
        #expect(server.messages.map(\.isEncrypted) == [true])
        await session.close()
        try await server.stop()
    }

    @Test func `a server that hides STARTTLS gets neither password nor letter`() async throws {
        let server = try await StubSMTPServer(capabilities: ["AUTH PLAIN"])
        let settings = try Self.settings(
            server,
            security: .startTLS,
            credentials: Self.credentials
        )
        #expect(try await Self.failure(settings) == .encryptionUnavailable)
        #expect(server.lines == ["EHLO [127.0.0.1]"])
        try await server.stop()
    }

    @Test func `a server that refuses STARTTLS gets nothing`() async throws {
        let server = try await StubSMTPServer { moment in
            moment.verb == "STARTTLS" ? .reply("454 4.7.0 not now\r\n") : nil
        }
        let settings = try Self.settings(server, security: .startTLS)
        #expect(
            try await Self.failure(settings) == .refused(.encryption, code: 454, enhanced: "4.7.0")
        )
        #expect(server.lines == ["EHLO [127.0.0.1]", "STARTTLS"])
        try await server.stop()
    }

    @Test(arguments: [
        "220 go\r\n250-stub\r\n250 AUTH PLAIN\r\n", "220 go\r\n250", "220 go\r\n\u{16}\u{3}\u{1}",
    ])
    func `text that comes in the clear with the answer to STARTTLS ends it`(
        injected: String
    ) async throws {
        let server = try await StubSMTPServer { moment in
            moment.verb == "STARTTLS" ? .replyThenTLS(injected) : nil
        }
        let settings = try Self.settings(server, security: .startTLS)
        #expect(try await Self.failure(settings) == .injectedPlaintext)
        #expect(server.messages.isEmpty)
        try await server.stop()
    }

    @Test func `what a server offers in the clear is forgotten once it is encrypted`() async throws
    {
        let server = try await StubSMTPServer { moment in
            guard moment.verb == "EHLO" else { return nil }
            return moment.isEncrypted
                ? .reply("250 stub\r\n") : .reply("250-stub\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n")
        }
        let settings = try Self.settings(
            server,
            security: .startTLS,
            credentials: Self.credentials
        )
        #expect(try await Self.failure(settings) == .authenticationUnavailable)
        try await server.stop()
    }

    @Test(arguments: [SMTPSettings.Security.startTLS, .implicitTLS])
    func `a certificate that nobody trusts is refused`(
        security: SMTPSettings.Security
    ) async throws {
        let server = try await StubSMTPServer(isImplicit: security == .implicitTLS)
        let settings = try Self.settings(server, security: security, trusts: false)
        guard case .encryptionFailed = try await Self.failure(settings) else {
            Issue.record("the letter went to an unknown server")
            return
        }
        #expect(server.messages.isEmpty)
        try await server.stop()
    }

    @Test func `a certificate for another name is refused`() async throws {
        let server = try await StubSMTPServer()
        // Another address of this machine, which the certificate does not name.
        let settings = try Self.settings(server, host: "127.0.0.2", security: .startTLS)
        guard case .encryptionFailed = try await Self.failure(settings) else {
            Issue.record("the letter went to a server of another name")
            return
        }
        #expect(server.messages.isEmpty)
        try await server.stop()
    }

    // MARK: - Sign-in

    @Test func `LOGIN is for servers that have nothing else`() async throws {
        let server = try await StubSMTPServer(capabilities: ["AUTH LOGIN"]) { moment in
            switch moment.line {
            case "AUTH LOGIN": .reply("334 VXNlcm5hbWU6\r\n")
            case "YW5u": .reply("334 UGFzc3dvcmQ6\r\n")
            case "czNjcmV0": .reply("235 2.7.0 welcome\r\n")
            default: nil
            }
        }
        let session = try await Self.open(Self.settings(server, credentials: Self.credentials))
        #expect(server.lines.suffix(3) == ["AUTH LOGIN", "YW5u", "czNjcmV0"])
        await session.close()
        try await server.stop()
    }

    @Test func `a wrong password is told as such, and is worth another try`() async throws {
        let server = try await StubSMTPServer { moment in
            moment.verb == "AUTH" ? .reply("535 5.7.8 no such user ann@example.com\r\n") : nil
        }
        let settings = try Self.settings(server, credentials: Self.credentials)
        let error = try #require(try await Self.failure(settings))
        #expect(error == .refused(.authentication, code: 535, enhanced: "5.7.8"))
        #expect(!error.isPermanent)
        #expect(!error.description.contains("ann"))
        try await server.stop()
    }

    // MARK: - Refusals and faults

    @Test(arguments: [
        ("RCPT", "550 5.1.1 no such user\r\n", true), ("RCPT", "450 4.2.1 later\r\n", false),
        ("RCPT", "250-a\r\n", false), ("CONTENT", "554 5.7.1 spam\r\n", true),
        ("CONTENT", "451 4.3.0 later\r\n", false), ("DATA", "554 no\r\n", true),
        ("DATA", "250 what\r\n", false), ("MAIL", "550 5.7.1 not you\r\n", false),
        ("EHLO", "502 what\r\n", false), ("GREETING", "554 go away\r\n", false),
        ("GREETING", "HTTP/1.1 400 Bad Request\r\n", false), ("RCPT", "421 closing\r\n", false),
        ("MAIL", "250 ok\r\n250 ok\r\n", false),
    ])
    func `only a refusal of the letter itself is for good`(
        verb: String,
        reply: String,
        isPermanent: Bool
    ) async throws {
        let server = try await StubSMTPServer { moment in
            moment.verb == verb ? .reply(reply) : nil
        }
        var settings = try Self.settings(server)
        // A reply without end is waited for.
        if reply.hasPrefix("250-") { settings.timeLimits.reply = 0.2 }
        let error = try #require(try await Self.failure(settings))
        #expect(error.isPermanent == isPermanent, "\(error)")
        #expect(server.messages.count == (verb == "CONTENT" ? 1 : 0))
        try await server.stop()
    }

    @Test func `a session goes on after a recipient was refused`() async throws {
        let server = try await StubSMTPServer { moment in
            moment.verb == "RCPT" && moment.count == 0 ? .reply("550 5.1.1 no\r\n") : nil
        }
        let session = try await Self.open(Self.settings(server))
        await #expect(throws: SMTPError.self) { try await Self.deliver(session) }
        #expect(await session.isUsable)
        try await Self.deliver(session, to: "bob@example.com")
        #expect(server.lines.contains("RSET"))
        #expect(server.messages.count == 1)
        await session.close()
        try await server.stop()
    }

    @Test(arguments: ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "CONTENT"])
    func `a server that goes away at any step is an error at once`(verb: String) async throws {
        let server = try await StubSMTPServer { $0.verb == verb ? .drop : nil }
        let error = try #require(try await Self.failure(Self.settings(server)))
        guard case .closed = error else {
            Issue.record("\(error)")
            return
        }
        #expect(!error.isPermanent)
        try await server.stop()
    }

    @Test(arguments: ["GREETING", "EHLO", "RCPT", "CONTENT"])
    func `a server that says nothing is waited for so long and no longer`(
        verb: String
    ) async throws {
        let server = try await StubSMTPServer { $0.verb == verb ? .silence : nil }
        var settings = try Self.settings(server)
        settings.timeLimits.reply = 0.1
        settings.timeLimits.content = 0.1
        settings.timeLimits.handshake = 0
        guard case .timedOut = try await Self.failure(settings) else {
            Issue.record("no time limit at \(verb)")
            return
        }
        try await server.stop()
    }

    @Test func `a server that does not listen is told as such`() async throws {
        let server = try await StubSMTPServer()
        let settings = try Self.settings(server)
        try await server.stop()
        #expect(try await Self.failure(settings) == .unreachable("nothing listens there"))
    }

    @Test func `an address beyond ASCII needs a server that takes it`() async throws {
        let server = try await StubSMTPServer()
        let session = try await Self.open(Self.settings(server))
        await #expect(throws: SMTPError.internationalAddress) {
            try await Self.deliver(session, to: "用户@例え.jp")
        }
        await session.close()
        try await server.stop()
        let other = try await StubSMTPServer(capabilities: ["SMTPUTF8"])
        let second = try await Self.open(Self.settings(other))
        try await Self.deliver(second, to: "用户@例え.jp")
        #expect(other.lines.contains("MAIL FROM:<no-reply@app.example> SMTPUTF8"))
        await second.close()
        try await other.stop()
    }
}
