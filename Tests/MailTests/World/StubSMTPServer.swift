import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server on loopback that takes mails, or misbehaves as the test wants.
final class StubSMTPServer: Sendable {
    /// What it does at a command.
    enum Action: Sendable {
        case reply(String)
        /// Says it, and takes what comes next for TLS.
        case replyThenTLS(String)
        /// Takes a message, then says this.
        case replyThenData(String)
        case drop
        case silence
    }

    struct Moment: Sendable {
        /// The command's first word in capitals; "GREETING" and "CONTENT" for what is no command.
        let verb: String
        let line: String
        /// How many commands of this verb came before it, on all connections.
        let count: Int
        let isEncrypted: Bool
    }

    struct Message: Sendable {
        let content: String
        let isEncrypted: Bool
    }

    private struct Log {
        var lines: [String] = []
        var messages: [Message] = []
        var counts: [String: Int] = [:]
        var connections = 0
    }

    /// Nil for what a good server does.
    typealias Script = @Sendable (Moment) -> Action?

    let capabilities: [String]
    private let script: Script
    private let tls: NIOSSLContext
    private let isImplicit: Bool
    private let log = Mutex(Log())
    private let channel = Mutex<(any Channel)?>(nil)

    init(
        capabilities: [String] = ["8BITMIME", "STARTTLS", "AUTH PLAIN LOGIN"],
        isImplicit: Bool = false,
        script: @escaping Script = { _ in nil }
    ) async throws {
        self.capabilities = capabilities
        self.script = script
        self.isImplicit = isImplicit
        tls = try LoopbackCertificate.serverContext()
        let bound = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { [self] child in
                child.eventLoop.makeCompletedFuture {
                    let pipeline = child.pipeline.syncOperations
                    if isImplicit { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                    try pipeline.addHandler(StubSMTPHandler(server: self, isEncrypted: isImplicit))
                }
            }
            .bind(host: "0.0.0.0", port: 0).get()
        channel.withLock { $0 = bound }
    }

    var port: Int { channel.withLock { $0?.localAddress?.port ?? 0 } }

    /// Every line that came, without line ends, the contents of messages aside.
    var lines: [String] { log.withLock { $0.lines } }
    var messages: [Message] { log.withLock { $0.messages } }
    var connections: Int { log.withLock { $0.connections } }

    func stop() async throws {
        try await channel.withLock { $0 }?.close().get()
    }

    fileprivate func connected() {
        log.withLock { $0.connections += 1 }
    }

    fileprivate func received(_ content: String, isEncrypted: Bool) {
        log.withLock { $0.messages.append(Message(content: content, isEncrypted: isEncrypted)) }
    }

    fileprivate func action(verb: String, line: String, isEncrypted: Bool) -> Action {
        let count = log.withLock { log in
            if verb != "GREETING", verb != "CONTENT" { log.lines.append(line) }
            defer { log.counts[verb, default: 0] += 1 }
            return log.counts[verb, default: 0]
        }
        let moment = Moment(verb: verb, line: line, count: count, isEncrypted: isEncrypted)
        return script(moment) ?? goodAction(moment)
    }

    private func goodAction(_ moment: Moment) -> Action {
        switch moment.verb {
        case "GREETING": .reply("220 stub ESMTP\r\n")
        case "EHLO":
            .reply(
                (["stub greets you"] + capabilities).enumerated().map { index, text in
                    "250\(index == capabilities.count ? " " : "-")\(text)\r\n"
                }.joined()
            )
        case "STARTTLS": .replyThenTLS("220 go ahead\r\n")
        case "AUTH": .reply("235 2.7.0 welcome\r\n")
        case "DATA": .replyThenData("354 go ahead\r\n")
        case "CONTENT": .reply("250 2.0.0 queued\r\n")
        case "QUIT": .reply("221 bye\r\n")
        default: .reply("250 2.1.0 ok\r\n")
        }
    }

    fileprivate func makeTLSHandler() -> NIOSSLServerHandler {
        NIOSSLServerHandler(context: tls)
    }
}

private final class StubSMTPHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let server: StubSMTPServer
    private var isEncrypted: Bool
    private var input = ""
    private var content: String?

    init(server: StubSMTPServer, isEncrypted: Bool) {
        self.server = server
        self.isEncrypted = isEncrypted
    }

    func channelActive(context: ChannelHandlerContext) {
        server.connected()
        answer("GREETING", "", context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        input += String(buffer: unwrapInboundIn(data))
        while let end = input.firstRange(of: "\r\n") {
            let line = String(input[..<end.lowerBound])
            input = String(input[end.upperBound...])
            take(line, context)
        }
    }

    private func take(_ line: String, _ context: ChannelHandlerContext) {
        guard let content else {
            let verb = line.split(separator: " ").first.map { $0.uppercased() } ?? ""
            return answer(verb, line, context)
        }
        if line == "." {
            server.received(content, isEncrypted: isEncrypted)
            self.content = nil
            answer("CONTENT", "", context)
        } else {
            self.content =
                content + (line.hasPrefix(".") ? String(line.dropFirst()) : line) + "\r\n"
        }
    }

    private func answer(_ verb: String, _ line: String, _ context: ChannelHandlerContext) {
        switch server.action(verb: verb, line: line, isEncrypted: isEncrypted) {
        case .reply(let text):
            write(text, context)
        case .replyThenTLS(let text):
            write(text, context)
            isEncrypted = true
            try? context.pipeline.syncOperations.addHandler(
                server.makeTLSHandler(),
                position: .first
            )
        case .replyThenData(let text):
            content = ""
            write(text, context)
        case .drop: context.close(promise: nil)
        case .silence: break
        }
    }

    private func write(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
