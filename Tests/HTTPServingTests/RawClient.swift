import NIOCore
import NIOPosix
import NIOSSL

/// A client that sends bytes as they are, and shows what comes back.
final class RawClient: Sendable {
    struct Timeout: Error {
        let received: String
    }

    private let channel: any Channel
    private let inbox: NIOLoopBound<Inbox>

    private init(channel: any Channel, inbox: NIOLoopBound<Inbox>) {
        self.channel = channel
        self.inbox = inbox
    }

    static func connect(
        to address: SocketAddress,
        autoRead: Bool = true,
        tls: NIOSSLContext? = nil
    ) async throws -> RawClient {
        let (channel, inbox) = try await ClientBootstrap(group: TestServer.group)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.autoRead, value: autoRead)
            .channelOption(.socketOption(.so_rcvbuf), value: autoRead ? 1 << 18 : 1 << 13)
            .connect(to: address) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: nil)
                        )
                    }
                    let inbox = Inbox()
                    try channel.pipeline.syncOperations.addHandler(inbox)
                    return (channel, NIOLoopBound(inbox, eventLoop: channel.eventLoop))
                }
            }
        return RawClient(channel: channel, inbox: inbox)
    }

    func send(_ text: String) {
        channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
    }

    func send(_ bytes: [UInt8]) {
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    /// Ends the sending direction only.
    func finish() { channel.close(mode: .output, promise: nil) }

    func close() { channel.close(promise: nil) }

    /// All bytes until the server closes.
    func readToEnd(within seconds: Int64 = 10) async throws -> String {
        try await wait(within: seconds) { _, isClosed in isClosed }
    }

    /// All bytes received so far, once they contain `text`.
    func read(until text: String) async throws -> String {
        try await wait(within: 10) { received, isClosed in received.contains(text) || isClosed }
    }

    /// The next answer that has a content-length; it is taken out of what was received.
    func readResponse() async throws -> RawResponse {
        let text = try await wait(within: 10) { received, isClosed in
            isClosed || RawResponse(prefixOf: received) != nil
        }
        guard let response = RawResponse(prefixOf: text) else { throw Timeout(received: text) }
        try await channel.eventLoop.submit { [inbox] in
            inbox.value.received.removeFirst(response.length)
        }.get()
        return response
    }

    private func wait(
        within seconds: Int64,
        _ condition: @escaping @Sendable (String, Bool) -> Bool
    ) async throws -> String {
        try await channel.eventLoop.flatSubmit { [inbox, eventLoop = channel.eventLoop] in
            let promise = eventLoop.makePromise(of: String.self)
            inbox.value.wait(for: condition, promise)
            let timer = eventLoop.scheduleTask(in: .seconds(seconds)) {
                inbox.value.giveUp()
            }
            promise.futureResult.whenComplete { _ in timer.cancel() }
            return promise.futureResult
        }.get()
    }

    private final class Inbox: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        var received = ""
        private var isClosed = false
        private var waiting: ((String, Bool) -> Bool, EventLoopPromise<String>)?

        func wait(
            for condition: @escaping (String, Bool) -> Bool,
            _ promise: EventLoopPromise<String>
        ) {
            waiting = (condition, promise)
            check()
        }

        func giveUp() {
            waiting?.1.fail(Timeout(received: received))
            waiting = nil
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            // Latin-1, so that binary bodies survive.
            received += String(
                String.UnicodeScalarView(
                    unwrapInboundIn(data).readableBytesView.map { Unicode.Scalar($0) }
                )
            )
            check()
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            guard case ChannelEvent.inputClosed = event else { return }
            isClosed = true
            check()
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            isClosed = true
            check()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        private func check() {
            guard let (condition, promise) = waiting, condition(received, isClosed) else { return }
            waiting = nil
            promise.succeed(received)
        }
    }
}

/// An answer with a content-length, as it stands at the beginning of some text.
struct RawResponse: Sendable {
    let status: Int
    let head: String
    let body: String
    /// In characters, head and body.
    let length: Int

    init?(prefixOf text: String) {
        let bytes = Array(text.unicodeScalars)
        let separator = Array("\r\n\r\n".unicodeScalars)
        guard
            let end = bytes.indices.first(where: {
                bytes[$0...].starts(with: separator)
            })
        else { return nil }
        head = String(String.UnicodeScalarView(bytes[..<end])) + "\r\n"
        let parts = head.split(separator: " ")
        guard parts.count > 1, let status = Int(parts[1]) else { return nil }
        self.status = status
        let lines = head.split(separator: "\r\n").map { $0.lowercased() }
        let length =
            lines.first { $0.hasPrefix("content-length: ") }
            .flatMap { Int($0.dropFirst(16)) } ?? 0
        let start = end + separator.count
        guard bytes.count >= start + length else { return nil }
        body = String(String.UnicodeScalarView(bytes[start..<start + length]))
        self.length = String(String.UnicodeScalarView(bytes[..<(start + length)])).count
    }

    func header(_ name: String) -> String? {
        head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name + ": ") }
            .map { String($0.dropFirst(name.count + 2)) }
    }
}
