import NIOCore
import NIOHTTP1
import NIOTLS

/// One HTTP/1.1 connection: parser, order of answers, back-pressure and deadlines in a single
/// handler, which is what keeps it as fast as the bare transport.
///
/// Requests are answered one after the other, so that answers are in order without a queue: while one is unanswered,
/// nothing more is parsed, and after one more read nothing more is read. What a client can make the server hold is
/// thus a read buffer, however many requests it pipelines.
///
///     input:   head ─► collecting ──► complete ─► head …      output:  idle ─► pending ─► streaming ─► done
///                ├───► feeding ────────┤                                   └─────────────────────────┘
///                └───► discarding ─────┘   lingering ─► closed
final class HTTP1Connection: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What arriving bytes are.
    enum Input {
        case head
        case collecting(limit: Int)
        case feeding(HTTPBodyReader, remaining: Int)
        /// The rest of a body whose request is answered.
        case discarding(remaining: Int)
        /// The request is all there.
        case complete
        /// The last answer is sent; what the client still sends is dropped, so that it can read
        /// the answer.
        case lingering
        case closed
    }

    enum Output {
        case idle
        case pending
        case streaming(any HTTPBodySource)
        case done
    }

    let loop: ServerLoop
    let isTLS: Bool
    var context: ChannelHandlerContext?
    var remoteAddress: SocketAddress?

    var parser: HTTP1RequestParser
    var inbound = ByteBuffer()
    var outbound: ByteBuffer?
    var input = Input.head
    var output = Output.idle
    var exchange: Exchange?
    var head = HTTP1RequestHead()

    /// Of a head, of the pause between requests, or of lingering.
    var deadline: NIODeadline
    var bodyClock: BodyClock
    var writeClock = WriteClock()
    var lingeringBudget = 1024 * 1024
    var hasBegunHead = false
    var isFirstRequest = true
    var mayBeHTTP2: Bool
    var keepsAlive = true
    var sendsChunks = false
    var isInputClosed = false
    var isDraining = false
    var isProcessing = false
    var isPulling = false
    var isReading = false
    var heldRead = false

    init(loop: ServerLoop, isTLS: Bool) {
        self.loop = loop
        self.isTLS = isTLS
        mayBeHTTP2 = !isTLS
        parser = HTTP1RequestParser(limits: loop.configuration.limits)
        deadline = .now() + TimeAmount(loop.configuration.timeouts.head)
        bodyClock = BodyClock(now: deadline)
    }

    // MARK: Handler

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        remoteAddress = context.remoteAddress
        loop.add(self)
    }

    func channelActive(context: ChannelHandlerContext) {
        remoteAddress = context.remoteAddress
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        isReading = true
        loop.now = .now()
        loop.counters.add(bytes.readableBytes, to: .bytesIn)
        if inbound.readableBytes == 0 {
            inbound = bytes
        } else {
            inbound.discardReadBytes()
            inbound.writeBuffer(&bytes)
        }
        process()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        flush()
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if wantsRead { context.read() } else { heldRead = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            pull()
            process()
            flush()
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            inputClosed()
        case TLSUserEvent.handshakeCompleted(let negotiated):
            if negotiated == "h2" { switchToHTTP2() }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if isTLS, isFirstRequest, exchange == nil { loop.counters.add(to: .tlsFailures) }
        abort()
    }

    func channelInactive(context: ChannelHandlerContext) {
        closed()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        closed()
        self.context = nil
    }
}
