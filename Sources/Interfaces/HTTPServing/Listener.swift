import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Accepts connections and gives each its handlers.
struct Listener: Sendable {
    let shared: ServerShared
    let loops: [ObjectIdentifier: NIOLoopBound<ServerLoop>]

    func bind(on group: any EventLoopGroup) async throws -> any Channel {
        let configuration = shared.configuration
        do {
            return try await bootstrap(on: group)
                .bind(host: configuration.host, port: configuration.port).get()
        } catch {
            throw HTTPServer.LifecycleError(
                error,
                host: configuration.host,
                port: configuration.port
            )
        }
    }

    private func bootstrap(on group: any EventLoopGroup) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: shared.configuration.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // A second read would nearly always find nothing; what there is more of wakes the loop again.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try setUp(channel) }
            }
    }

    private func setUp(_ channel: any Channel) throws {
        guard let loop = loops[ObjectIdentifier(channel.eventLoop)]?.value else {
            throw ChannelError.operationUnsupported
        }
        let address = channel.remoteAddress
        let tls = shared.currentTLSContext
        let pipeline = channel.pipeline.syncOperations
        guard shared.admit(address) else {
            loop.counters.add(to: .refused)
            guard tls == nil, shared.beginRefusal() else { throw ChannelError.operationUnsupported }
            return try pipeline.addHandler(RefusedConnection(loop: loop))
        }
        channel.closeFuture.whenComplete { [shared] _ in shared.release(address) }
        if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
        try pipeline.addHandler(HTTP1Connection(loop: loop, isTLS: tls != nil))
    }
}

/// A connection beyond the limits: gets 503 and a second to read it.
///
/// Over TLS it is closed instead, since a handshake is what costs.
final class RefusedConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let loop: ServerLoop

    init(loop: ServerLoop) {
        self.loop = loop
    }

    func channelActive(context: ChannelHandlerContext) {
        let request = HTTPRequest(id: HTTPRequestID(high: 0, low: 0), method: .GET, path: "/")
        let response = PreparedResponse(loop.render(.overloaded, for: nil), to: request, on: loop)
        var buffer = loop.takeBuffer()
        _ = HTTP1ResponseHead.write(
            response,
            connection: .close,
            isChunked: false,
            trailer: loop.headTrailer(),
            into: &buffer
        )
        if case .bytes(let body) = response.body { buffer.writeImmutableBuffer(body) }
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        context.close(mode: .output, promise: nil)
        let channel = context.channel
        loop.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        loop.shared.endRefusal()
        context.fireChannelInactive()
    }
}
