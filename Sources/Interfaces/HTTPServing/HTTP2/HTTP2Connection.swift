import NIOCore
import NIOHTTP1
import NIOHTTP2

/// One HTTP/2 connection: the frames that belong to no stream, its idle time, and its orderly
/// end.
///
/// Ending takes two GOAWAYs (RFC 9113 6.8): the first stops new requests without losing those under way, the second,
/// after a round trip, says which were accepted. The connection is closed when their answers have left.
final class HTTP2Connection: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    private enum Ending {
        case none
        case announced
        case confirmed
        case closing
    }

    private let loop: ServerLoop
    private let isTLS: Bool
    private let remoteAddress: SocketAddress?
    private let traffic: TrafficCounter
    private var context: ChannelHandlerContext?
    private var streams: [ObjectIdentifier: HTTP2Stream] = [:]
    private var lastStream = HTTP2StreamID.rootStream
    private var ending = Ending.none
    private var idleSince: NIODeadline
    private var lingersUntil = NIODeadline.distantFuture
    private var isRemoved = false

    init(loop: ServerLoop, isTLS: Bool, remoteAddress: SocketAddress?) {
        self.loop = loop
        self.isTLS = isTLS
        self.remoteAddress = remoteAddress
        traffic = TrafficCounter(loop: loop)
        idleSince = .now()
    }

    /// Adds the handlers that speak HTTP/2; on the channel's event loop.
    func install(in channel: any Channel) throws {
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(traffic)
        _ = try pipeline.configureHTTP2Pipeline(
            mode: .server,
            connectionConfiguration: Self.connectionConfiguration(loop.configuration.limits),
            streamConfiguration: Self.streamConfiguration
        ) { channel in
            channel.eventLoop.makeCompletedFuture {
                let connection = bound.value
                let stream = HTTP2Stream(
                    loop: connection.loop,
                    connection: connection,
                    isTLS: connection.isTLS,
                    remoteAddress: connection.remoteAddress
                )
                try channel.pipeline.syncOperations.addHandler(stream)
            }
        }
        try pipeline.addHandler(self)
    }

    // NIOHTTP2 itself ends a connection for sequences of empty DATA (1), CONTINUATION floods (5), control frames
    // waiting to be written, PING and SETTINGS floods (200 in 30 s) and resets (200 in 30 s: CVE-2023-44487).
    private static func connectionConfiguration(
        _ limits: HTTPServerConfiguration.Limits
    ) -> NIOHTTP2Handler.ConnectionConfiguration {
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: limits.concurrentStreams),
            HTTP2Setting(parameter: .maxHeaderListSize, value: limits.headSize),
            HTTP2Setting(parameter: .initialWindowSize, value: windowSize),
        ]
        configuration.maximumBufferedControlFrames = 1000
        configuration.targetWindowSize = 1024 * 1024
        return configuration
    }

    private static let windowSize = 256 * 1024

    private static var streamConfiguration: NIOHTTP2Handler.StreamConfiguration {
        var configuration = NIOHTTP2Handler.StreamConfiguration()
        configuration.targetWindowSize = windowSize
        configuration.outboundBufferSizeHighWatermark = 64 * 1024
        configuration.outboundBufferSizeLowWatermark = 32 * 1024
        return configuration
    }

    // MARK: Streams

    func add(_ stream: HTTP2Stream, id: HTTP2StreamID) {
        streams[ObjectIdentifier(stream)] = stream
        lastStream = max(lastStream, id)
    }

    func remove(_ stream: HTTP2Stream) {
        guard streams.removeValue(forKey: ObjectIdentifier(stream)) != nil else { return }
        idleSince = loop.now
        // Not at once: the stream's last frames may be on their way still, and have to leave first.
        guard ending != .none else { return }
        loop.eventLoop.assumeIsolated().execute { [weak self] in self?.closeIfEnded() }
    }

    // MARK: Handler

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        if case .ping(_, ack: true) = frame.payload { confirmEnd() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            abort()
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        loop.counters.add(to: .protocolErrors)
        // A stream's error ends that stream; NIOHTTP2 has closed the connection if it was the connection's.
        if error is NIOHTTP2Errors.StreamError { return }
        context.flush()
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        closed()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        closed()
        self.context = nil
    }

    private func closed() {
        guard !isRemoved else { return }
        isRemoved = true
        loop.remove(self)
    }
}

// MARK: - Deadlines and ending

extension HTTP2Connection: ServerConnection {
    func sweep(now: NIODeadline) {
        let timeouts = loop.configuration.timeouts
        for stream in Array(streams.values) { stream.sweep(now: now) }
        if now >= lingersUntil { return abort() }
        if ending == .none, streams.isEmpty, now - idleSince > TimeAmount(timeouts.idle) {
            drain()
        }
        let pending = try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)
        if traffic.clock.isExpired(pending: pending ?? 0, at: now, timeouts: timeouts) {
            loop.counters.add(to: .timeouts)
            abort()
        }
    }

    func drain() {
        guard ending == .none else { return }
        ending = .announced
        for stream in Array(streams.values) { stream.drain() }
        guard !streams.isEmpty else { return confirmEnd() }
        goAway(.maxID)
        write(.ping(HTTP2PingData(withInteger: 0), ack: false))
        context?.flush()
    }

    private func confirmEnd() {
        guard ending == .announced else { return }
        ending = .confirmed
        goAway(lastStream)
        context?.flush()
        closeIfEnded()
    }

    /// Ends the sending direction behind the last frame, and leaves the rest to the client: to
    /// close with its window updates unread would reset the connection and what is on its way.
    private func closeIfEnded() {
        guard streams.isEmpty, ending == .announced || ending == .confirmed, let context else {
            return
        }
        if ending == .announced { goAway(lastStream) }
        ending = .closing
        let promise = loop.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { [self] _ in
            lingersUntil = .now() + .seconds(2)
            self.context?.close(mode: .output, promise: nil)
        }
        let ping = HTTP2Frame(
            streamID: .rootStream,
            payload: .ping(HTTP2PingData(withInteger: 1), ack: false)
        )
        context.writeAndFlush(wrapOutboundOut(ping), promise: promise)
    }

    func abort() {
        context?.close(promise: nil)
    }

    private func goAway(_ last: HTTP2StreamID) {
        write(.goAway(lastStreamID: last, errorCode: .noError, opaqueData: nil))
    }

    private func write(_ payload: HTTP2Frame.FramePayload) {
        guard let context else { return }
        context.write(
            wrapOutboundOut(HTTP2Frame(streamID: .rootStream, payload: payload)),
            promise: nil
        )
    }
}

/// Counts the bytes that an HTTP/2 connection moves.
final class TrafficCounter: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private let loop: ServerLoop
    var clock = WriteClock()

    init(loop: ServerLoop) {
        self.loop = loop
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        loop.now = .now()
        loop.counters.add(unwrapInboundIn(data).readableBytes, to: .bytesIn)
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let count = unwrapOutboundIn(data).readableBytes
        clock.wrote(count)
        loop.counters.add(count, to: .bytesOut)
        context.write(data, promise: promise)
    }
}
