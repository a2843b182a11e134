import Bytes
package import NIOCore

/// A session with a server, over which letters go one after the other (RFC 5321).
///
///     greeting ─► EHLO ─► STARTTLS ─► EHLO ─► AUTH ─► (MAIL ─► RCPT ─► DATA ─► content)* ─► QUIT
package actor SMTPSession {
    private let settings: SMTPSettings
    private let connection: SMTPConnection
    private let capabilities: SMTPCapabilities
    /// Whether another letter can go over it.
    package private(set) var isUsable = true

    private init(
        settings: SMTPSettings,
        connection: SMTPConnection,
        capabilities: SMTPCapabilities
    ) {
        self.settings = settings
        self.connection = connection
        self.capabilities = capabilities
    }

    /// Connects, encrypts and signs in, as the settings say.
    package static func open(
        _ settings: SMTPSettings,
        on group: any EventLoopGroup
    ) async throws(SMTPError) -> SMTPSession {
        let connection = try await SMTPConnection.open(settings, on: group)
        do throws(SMTPError) {
            try await connection.greeting().expect(.greeting)
            var capabilities = try await hello(connection, settings)
            if settings.security == .startTLS {
                guard capabilities.startTLS else { throw .encryptionUnavailable }
                try await connection.startTLS()
                capabilities = try await hello(connection, settings)
            }
            if let credentials = settings.credentials {
                try await authenticate(connection, settings, credentials, capabilities)
            }
            return SMTPSession(
                settings: settings,
                connection: connection,
                capabilities: capabilities
            )
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Hands over one message.
    ///
    /// - Throws: `SMTPError`; `isPermanent` says whether another try makes sense.
    package func deliver(
        _ message: [UInt8],
        from sender: MailAddress,
        to recipient: MailAddress
    ) async throws(SMTPError) {
        do throws(SMTPError) {
            try await transfer(message, from: sender, to: recipient)
        } catch {
            if error.keepsSession {
                // The server forgets what was begun, or the session ends here.
                let reset = try? await connection.exchange(Array("RSET\r\n".utf8), stage: .quit)
                isUsable = reset?.isPositive == true
            } else {
                isUsable = false
            }
            throw error
        }
    }

    private func transfer(
        _ message: [UInt8],
        from sender: MailAddress,
        to recipient: MailAddress
    ) async throws(SMTPError) {
        let isInternational = !(sender.isASCII && recipient.isASCII)
        guard !isInternational || capabilities.smtpUTF8 else { throw .internationalAddress }
        let extensions = isInternational ? " SMTPUTF8" : ""
        try await connection.exchange(
            Array("MAIL FROM:<\(sender.address)>\(extensions)\r\n".utf8),
            stage: .sender
        ).expect(.sender)
        try await connection.exchange(
            Array("RCPT TO:<\(recipient.address)>\r\n".utf8),
            stage: .recipient
        ).expect(.recipient)
        let go = try await connection.exchange(Array("DATA\r\n".utf8), stage: .content)
        guard go.code == 354 else { throw go.refusal(at: .content) }
        try await connection.exchange(
            DotStuffing.content(message),
            stage: .content,
            seconds: settings.timeLimits.content
        ).expect(.content)
    }

    /// Ends the session politely; whatever the server says.
    package func close() async {
        if isUsable {
            isUsable = false
            _ = try? await connection.exchange(Array("QUIT\r\n".utf8), stage: .quit, seconds: 2)
        }
        await connection.close()
    }
}

// MARK: - Hello and sign-in

extension SMTPSession {
    private static func hello(
        _ connection: SMTPConnection,
        _ settings: SMTPSettings
    ) async throws(SMTPError) -> SMTPCapabilities {
        let reply = try await connection.exchange(
            Array("EHLO \(settings.clientName)\r\n".utf8),
            stage: .hello
        )
        try reply.expect(.hello)
        return SMTPCapabilities(reply)
    }

    /// PLAIN (RFC 4616), or LOGIN for servers that have nothing else.
    private static func authenticate(
        _ connection: SMTPConnection,
        _ settings: SMTPSettings,
        _ credentials: SMTPSettings.Credentials,
        _ capabilities: SMTPCapabilities
    ) async throws(SMTPError) {
        guard settings.security != .none || settings.isLoopback else {
            throw .encryptionUnavailable
        }
        if capabilities.mechanisms.contains("PLAIN") {
            let response = "\0\(credentials.username)\0\(credentials.password)"
            let reply = try await connection.exchange(
                Array("AUTH PLAIN \(encoded(response))\r\n".utf8),
                stage: .authentication
            )
            return try reply.expect(.authentication)
        }
        guard capabilities.mechanisms.contains("LOGIN") else {
            throw .authenticationUnavailable
        }
        var reply = try await connection.exchange(
            Array("AUTH LOGIN\r\n".utf8),
            stage: .authentication
        )
        for answer in [credentials.username, credentials.password] {
            guard reply.code == 334 else { throw reply.refusal(at: .authentication) }
            reply = try await connection.exchange(
                Array("\(encoded(answer))\r\n".utf8),
                stage: .authentication
            )
        }
        try reply.expect(.authentication)
    }

    private static func encoded(_ text: String) -> String {
        Base64.standard.encode(Array(text.utf8))
    }
}

extension SMTPReply {
    fileprivate func refusal(at stage: SMTPStage) -> SMTPError {
        .refused(stage, code: code, enhanced: enhancedCode)
    }

    /// - Throws: `SMTPError.refused` unless the reply is positive.
    fileprivate func expect(_ stage: SMTPStage) throws(SMTPError) {
        guard isPositive else { throw refusal(at: stage) }
    }
}
