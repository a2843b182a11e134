import NIOCore
import NIOHPACK
import NIOHTTP1
import NIOHTTP2

/// One request of an HTTP/2 connection.
final class HTTP2Stream: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    enum Input {
        case head
        case collecting(limit: Int)
        case feeding(HTTPBodyReader, remaining: Int)
        /// The rest of a body whose request is being answered, or is; where less than nothing
        /// remains, no more of it is taken.
        case discarding(remaining: Int)
        /// The request is all there.
        case complete
    }

    enum Output {
        case idle
        case pending
        case sending(ByteBuffer)
        case streaming(any HTTPBodySource)
        case done
    }

    let loop: ServerLoop
    let connection: HTTP2Connection
    let isTLS: Bool
    let remoteAddress: SocketAddress?
    var context: ChannelHandlerContext?
    var input = Input.head
    var output = Output.idle
    var exchange: Exchange?
    var isPulling = false
    /// The client has sent its END_STREAM.
    var hasEnded = false

    var bodyClock: BodyClock
    /// DATA frames that wait for the client's window, and when it last took one.
    var framesInFlight = 0
    var lastTaken: NIODeadline
    private var heldRead = false

    init(
        loop: ServerLoop,
        connection: HTTP2Connection,
        isTLS: Bool,
        remoteAddress: SocketAddress?
    ) {
        self.loop = loop
        self.connection = connection
        self.isTLS = isTLS
        self.remoteAddress = remoteAddress
        bodyClock = BodyClock(now: loop.now)
        lastTaken = loop.now
    }

    // MARK: Handler

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let id = try? context.channel.syncOptions?.getOption(HTTP2StreamChannelOptions.streamID)
        connection.add(self, id: id ?? .rootStream)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        closed()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        closed()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        abort()
    }

    func read(context: ChannelHandlerContext) {
        if wantsRead { context.read() } else { heldRead = true }
    }

    private var wantsRead: Bool {
        switch input {
        case .feeding(let reader, _): !reader.isFull
        case .discarding(let remaining): remaining >= 0
        case .head, .collecting, .complete: true
        }
    }

    func releaseHeldRead() {
        guard heldRead, wantsRead, let context else { return }
        heldRead = false
        context.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { pull() }
        context.fireChannelWritabilityChanged()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let frame):
            hasEnded = hasEnded || frame.endStream
            if case .head = input { receive(frame.headers) }
            // A second block is trailers, which nobody asked for.
            if frame.endStream { receiveEnd() }
        case .data(let frame):
            hasEnded = hasEnded || frame.endStream
            if case .byteBuffer(let bytes) = frame.data, bytes.readableBytes > 0 { receive(bytes) }
            if frame.endStream { receiveEnd() }
        default:
            break
        }
    }

    // MARK: Request

    private func receive(_ block: HPACKHeaders) {
        input = .complete
        let parsed: HTTPRequest
        do throws(HTTPServerProblem) {
            parsed = try request(from: block)
        } catch {
            loop.counters.add(to: .protocolErrors)
            exchange = loop.begin(placeholder())
            return answerEarly(loop.render(error, for: exchange))
        }
        var request = parsed
        let admission = loop.responder.admit(&request)
        exchange = loop.begin(request)
        switch admission {
        case .respond(let response): answerEarly(response)
        case .collect(let limit): admit(limit: limit, isStreamed: false)
        case .stream(let limit): admit(limit: limit, isStreamed: true)
        }
    }

    private func admit(limit: Int, isStreamed: Bool) {
        guard let request = exchange?.request else { return }
        let length = request.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        if length > limit { return answerEarly(loop.render(.bodyTooLarge, for: exchange)) }
        if !hasEnded, !loop.understandsCoding(of: request, isStreamed: isStreamed) {
            return answerEarly(loop.render(.contentEncodingUnsupported, for: exchange))
        }
        if let expectation = request.headers.first(name: "expect"), !hasEnded {
            guard expectation.lowercased() == "100-continue" else {
                return answerEarly(loop.render(.expectationFailed, for: exchange))
            }
            write(.headers(.init(headers: [":status": "100"])))
            context?.flush()
        }
        bodyClock = BodyClock(now: loop.now)
        guard isStreamed else {
            input = .collecting(limit: limit)
            return
        }
        let reader = HTTPBodyReader(eventLoop: loop.eventLoop) { [weak self] in self?.demand() }
        input = .feeding(reader, remaining: limit)
        exchange?.request.bodyReader = reader
        respond()
    }

    private func demand() {
        bodyClock.pause(until: loop.now)
        loop.eventLoop.assumeIsolated().execute { [weak self] in self?.releaseHeldRead() }
    }

    private func receive(_ bytes: ByteBuffer) {
        bodyClock.received(bytes.readableBytes, at: loop.now)
        switch input {
        case .collecting(let limit):
            let collected = exchange?.request.body.readableBytes ?? 0
            guard collected + bytes.readableBytes <= limit else {
                return refuseBody()
            }
            if collected == 0 {
                exchange?.request.body = bytes
            } else {
                exchange?.request.body.writeImmutableBuffer(bytes)
            }
        case .feeding(let reader, let remaining):
            let left = remaining - bytes.readableBytes
            if left >= 0 {
                input = .feeding(reader, remaining: left)
                return reader.feed(bytes)
            }
            // Answered before the reader hears of it, and answers otherwise.
            if case .pending = output {
                refuseBody()
            } else {
                input = .complete
                abort()
            }
            reader.fail(.tooLarge)
        case .discarding(let remaining):
            input = .discarding(remaining: remaining - bytes.readableBytes)
        case .head, .complete:
            break
        }
    }

    private func receiveEnd() {
        switch input {
        case .collecting(let limit):
            input = .complete
            do throws(HTTPServerProblem) {
                if var request = exchange?.request {
                    try loop.decodeBody(of: &request, limit: limit)
                    exchange?.request = request
                }
            } catch {
                return send(loop.render(error, for: exchange))
            }
            respond()
        case .feeding(let reader, _):
            input = .complete
            reader.finish()
        case .discarding:
            input = .complete
        case .head, .complete:
            break
        }
    }

    // MARK: Deadlines and ending

    func sweep(now: NIODeadline) {
        let timeouts = loop.configuration.timeouts
        if framesInFlight > 0, now - lastTaken > TimeAmount(timeouts.write) {
            loop.counters.add(to: .timeouts)
            return abort()
        }
        switch input {
        case .feeding(let reader, _) where reader.isFull:
            bodyClock.pause(until: now)
        case .collecting, .feeding:
            guard bodyClock.isExpired(at: now, timeouts: timeouts) else { return }
            loop.counters.add(to: .timeouts)
            timedOut()
        case .discarding(let remaining):
            sweepRest(remaining: remaining, now: now)
        case .head, .complete:
            break
        }
    }

    private func timedOut() {
        switch output {
        case .idle, .pending:
            let unfinished = input
            input = .discarding(remaining: -1)
            send(loop.render(.requestTimeout, for: exchange))
            if case .feeding(let reader, _) = unfinished { reader.fail(.aborted) }
        case .sending, .streaming, .done:
            abort()
        }
    }

    func drain() {
        if case .streaming(let source) = output { source.drain() }
    }

    func abort() {
        context?.close(promise: nil)
    }

    private func closed() {
        if case .feeding(let reader, _) = input { reader.fail(.aborted) }
        if case .streaming(let source) = output { source.cancel() }
        input = .complete
        output = .done
        if let exchange { loop.finish(exchange, isAborted: true) }
        exchange = nil
        connection.remove(self)
    }
}
