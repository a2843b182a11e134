import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import NIOSSL
import Synchronization

/// An HTTP/2 client that follows the rules.
final class HTTP2Client: Sendable {
    struct Answer: Sendable, Equatable {
        var status = ""
        var headers: [String: String] = [:]
        var body = ""
        /// The stream ended with END_STREAM.
        var isComplete = false
    }

    let channel: any Channel
    /// Frames of the connection as a whole, by name.
    let events: Signal<String>
    private let multiplexer: NIOHTTP2Handler.StreamMultiplexer

    private init(
        channel: any Channel,
        multiplexer: NIOHTTP2Handler.StreamMultiplexer,
        events: Signal<String>
    ) {
        self.channel = channel
        self.multiplexer = multiplexer
        self.events = events
    }

    static func connect(
        to address: SocketAddress,
        tls: NIOSSLContext? = nil
    ) async throws -> HTTP2Client {
        let events = Signal<String>()
        let (channel, multiplexer) = try await ClientBootstrap(group: TestServer.group)
            .connect(to: address) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls {
                        try pipeline.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: nil)
                        )
                    }
                    let multiplexer = try pipeline.configureHTTP2Pipeline(
                        mode: .client,
                        connectionConfiguration: .init(),
                        streamConfiguration: .init()
                    ) { $0.close() }
                    try pipeline.addHandler(ConnectionEvents(events))
                    return (channel, multiplexer)
                }
            }
        return HTTP2Client(channel: channel, multiplexer: multiplexer, events: events)
    }

    /// A request whose body is sent by hand.
    struct Stream: Sendable {
        let answer: EventLoopFuture<Answer>
        /// When the stream is over in both directions: the code that it was reset with, if it was.
        let end: EventLoopFuture<HTTP2ErrorCode?>
        fileprivate let channel: any Channel

        func send(_ body: String, endsStream: Bool) {
            let payload = HTTP2Frame.FramePayload.data(
                .init(data: .byteBuffer(ByteBuffer(string: body)), endStream: endsStream)
            )
            channel.writeAndFlush(payload, promise: nil)
        }

        /// Resets the stream.
        func cancel() {
            channel.writeAndFlush(HTTP2Frame.FramePayload.rstStream(.cancel), promise: nil)
        }
    }

    /// Opens a stream, and sends the head of a request.
    func open(
        _ method: String,
        _ path: String,
        headers: [(String, String)] = [],
        endsStream: Bool = false
    ) async throws -> Stream {
        let answer = channel.eventLoop.makePromise(of: Answer.self)
        let end = channel.eventLoop.makePromise(of: HTTP2ErrorCode?.self)
        let block = HPACKHeaders(
            [(":method", method), (":scheme", "http"), (":path", path), (":authority", "a")]
                + headers
        )
        let created = multiplexer.createStreamChannel { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(StreamAnswer(answer, end))
            }
        }
        created.whenFailure { error in
            answer.fail(error)
            end.fail(error)
        }
        let stream = try await created.get()
        stream.writeAndFlush(
            HTTP2Frame.FramePayload.headers(.init(headers: block, endStream: endsStream)),
            promise: nil
        )
        return Stream(answer: answer.futureResult, end: end.futureResult, channel: stream)
    }

    /// Opens a stream, sends a request, and leaves the answer for later.
    func start(
        _ method: String,
        _ path: String,
        headers: [(String, String)] = [],
        body: String? = nil
    ) async throws -> EventLoopFuture<Answer> {
        let stream = try await open(method, path, headers: headers, endsStream: body == nil)
        if let body { stream.send(body, endsStream: true) }
        return stream.answer
    }

    func request(
        _ method: String,
        _ path: String,
        headers: [(String, String)] = [],
        body: String? = nil
    ) async throws -> Answer {
        try await start(method, path, headers: headers, body: body).get()
    }

    func close() async throws {
        try? await channel.close().get()
    }

    private final class ConnectionEvents: ChannelInboundHandler {
        typealias InboundIn = HTTP2Frame

        private let events: Signal<String>

        init(_ events: Signal<String>) { self.events = events }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if case .goAway(let last, let code, _) = unwrapInboundIn(data).payload {
                events.send("goaway \(last == .maxID ? "max" : "\(Int(last))") \(code.networkCode)")
            }
        }

        func channelInactive(context: ChannelHandlerContext) { events.send("closed") }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            events.send("error")
            context.close(promise: nil)
        }
    }

    private final class StreamAnswer: ChannelInboundHandler {
        typealias InboundIn = HTTP2Frame.FramePayload

        private let promise: EventLoopPromise<Answer>
        private let end: EventLoopPromise<HTTP2ErrorCode?>
        private var answer = Answer()
        private var resetCode: HTTP2ErrorCode?

        init(_ promise: EventLoopPromise<Answer>, _ end: EventLoopPromise<HTTP2ErrorCode?>) {
            self.promise = promise
            self.end = end
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .headers(let frame):
                for (name, value, _) in frame.headers {
                    if name == ":status" {
                        answer.status = value
                    } else {
                        answer.headers[name] = value
                    }
                }
                answer.isComplete = frame.endStream
            case .data(let frame):
                if case .byteBuffer(let bytes) = frame.data { answer.body += String(buffer: bytes) }
                answer.isComplete = frame.endStream
            default:
                break
            }
            if answer.isComplete { promise.succeed(answer) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            if let error = error as? NIOHTTP2Errors.StreamClosed { resetCode = error.errorCode }
        }

        func channelInactive(context: ChannelHandlerContext) {
            promise.succeed(answer)
            end.succeed(resetCode)
        }
    }
}
