import NIOCore
import NIOPosix
import NIOSSL

/// A connection to a server, as commands and replies; encrypted or not.
struct SMTPConnection: Sendable {
    private let channel: any Channel
    private let handler: NIOLoopBound<SMTPChannelHandler>
    private let settings: SMTPSettings

    /// Connects, with TLS if it is implicit, and reads the greeting.
    static func open(
        _ settings: SMTPSettings,
        on group: any EventLoopGroup
    ) async throws(SMTPError) -> SMTPConnection {
        let tls = settings.security == .none ? nil : try context(settings)
        let isImplicit = settings.security == .implicitTLS
        let (host, limits) = (settings.host, settings.timeLimits)
        do {
            let handler = try await ClientBootstrap(group: group.next())
                .connectTimeout(.milliseconds(Int64(limits.connection * 1_000)))
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .connect(host: host, port: settings.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        if let tls, isImplicit {
                            try pipeline.addHandler(clientHandler(tls, host: host))
                        }
                        let handler = SMTPChannelHandler(
                            eventLoop: channel.eventLoop,
                            timeLimits: limits
                        )
                        try pipeline.addHandler(handler)
                        return (channel, NIOLoopBound(handler, eventLoop: channel.eventLoop))
                    }
                }
            return SMTPConnection(channel: handler.0, handler: handler.1, settings: settings)
        } catch {
            throw Self.connectionError(error)
        }
    }

    /// The server's first words; with implicit TLS after the handshake.
    func greeting() async throws(SMTPError) -> SMTPReply {
        let handler = handler
        return try await value(of: .greeting) { handler.value.greeting }
    }

    /// Sends bytes that end in CRLF, and waits for the reply.
    func exchange(
        _ bytes: [UInt8],
        stage: SMTPStage,
        seconds: Double? = nil
    ) async throws(SMTPError) -> SMTPReply {
        let handler = handler
        let seconds = seconds ?? settings.timeLimits.reply
        return try await value(of: stage) {
            handler.value.exchange(ByteBuffer(bytes: bytes), stage: stage, seconds: seconds)
        }
    }

    /// Encrypts the connection with STARTTLS.
    func startTLS() async throws(SMTPError) {
        let handler = handler
        let tls = try Self.context(settings)
        let host = settings.host
        try await value(of: .encryption) {
            do {
                return handler.value.startTLS(try Self.clientHandler(tls, host: host))
            } catch {
                return channel.eventLoop.makeFailedFuture(error)
            }
        }
    }

    func close() async {
        try? await channel.close().get()
    }

    private func value<Value: Sendable>(
        of stage: SMTPStage,
        _ body: @escaping @Sendable () -> EventLoopFuture<Value>
    ) async throws(SMTPError) -> Value {
        do {
            return try await channel.eventLoop.flatSubmit(body).get()
        } catch {
            throw SMTPError(caught: error, stage: stage)
        }
    }
}

// MARK: - TLS

extension SMTPConnection {
    /// TLS 1.2 at least, the certificate and its name verified.
    private static func context(_ settings: SMTPSettings) throws(SMTPError) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let file = settings.trustedCertificates { configuration.trustRoots = .file(file) }
        configuration.shutdownTimeout = .milliseconds(500)
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw .unreadableCertificates
        }
    }

    /// An IP address is verified as such, and not told as a server's name.
    private static func clientHandler(
        _ context: NIOSSLContext,
        host: String
    ) throws -> NIOSSLClientHandler {
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
    }

    private static func connectionError(_ error: any Error) -> SMTPError {
        switch error {
        case let error as SMTPError: error
        case ChannelError.connectTimeout: .timedOut(.connection)
        case let error as NIOConnectionError:
            error.dnsAError != nil && error.connectionErrors.isEmpty
                ? .unreachable("its name cannot be resolved")
                : .unreachable(words(for: error.connectionErrors.first?.error))
        default: .unreachable(words(for: error))
        }
    }

    private static func words(for error: (any Error)?) -> String {
        switch error {
        case .some(ChannelError.connectTimeout): "it does not answer"
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            "nothing listens there"
        default: "there is no connection"
        }
    }
}
