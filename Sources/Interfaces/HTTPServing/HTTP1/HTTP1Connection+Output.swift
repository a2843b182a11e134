import NIOCore
import NIOHTTP1

extension HTTP1Connection {
    /// More than this is handed on rather than gathered.
    private static let gatherLimit = 16 * 1024

    func respond() {
        guard let request = exchange?.request else { return }
        output = .pending
        switch loop.responder.respond(to: request, on: loop.eventLoop) {
        case .ready(let response):
            send(response)
        case .pending(let future):
            let id = request.id
            future.hop(to: loop.eventLoop).assumeIsolated().whenComplete { [self] result in
                answered(id, result)
            }
        case .upgrade(let upgrade):
            self.upgrade(upgrade)
        }
    }

    private func answered(_ id: HTTPRequestID, _ result: Result<HTTPResponse, any Error>) {
        guard exchange?.request.id == id, case .pending = output else {
            if case .success(let late) = result, case .stream(let source) = late.body {
                source.cancel()
            }
            return
        }
        switch result {
        case .success(let response): send(response)
        case .failure: send(loop.render(.failed, for: exchange))
        }
        process()
        if !isReading { flush() }
    }

    // MARK: Sending

    /// Answers the current request.
    func send(_ response: HTTPResponse) {
        guard let prepared = exchange?.prepare(response, on: loop) else { return }
        var isStream = false
        if case .stream = prepared.body { isStream = true }
        sendsChunks = isStream && prepared.contentLength == nil && head.version == .http1_1
        let endsByClosing = isStream && prepared.contentLength == nil && !sendsChunks
        if isDraining || endsByClosing || response.headers.saysClose { keepsAlive = false }
        if case .collecting = input { keepsAlive = false }
        let connection: HTTP1ResponseHead.Connection =
            !keepsAlive ? .close : head.version == .http1_1 ? .keepAlive : .keepAliveSaid
        var buffer = takeOutbound(for: prepared)
        let isWritten = HTTP1ResponseHead.write(
            prepared,
            connection: connection,
            isChunked: sendsChunks,
            trailer: loop.headTrailer(),
            into: &buffer
        )
        outbound = buffer
        guard isWritten else {
            // The responder let something through that would split the answer in two.
            if case .stream(let source) = prepared.body { source.cancel() }
            let replacement = HTTPServerProblem.failed.problemResponse()
            return send(replacement)
        }
        exchange?.status = response.status.code
        switch prepared.body {
        case .none:
            outputDone()
        case .bytes(let bytes):
            exchange?.bytesSent = bytes.readableBytes
            append(bytes)
            outputDone()
        case .stream(let source):
            output = .streaming(source)
            if isDraining { source.drain() }
            pull()
        }
    }

    private func outputDone() {
        output = .done
        if let answered = exchange.take() { loop.finish(answered) }
        if case .feeding(let reader, _) = input {
            reader.fail(.aborted)
            guard keepsAlive else {
                input = .complete
                return finishAndClose(lingers: true)
            }
            input = .discarding(remaining: Self.discardLimit)
        }
        completeIfDone()
    }

    /// Goes on to the next request, or ends the connection, when both directions have come to
    /// their end.
    func completeIfDone() {
        guard case .done = output else { return }
        switch input {
        case .complete:
            guard keepsAlive, !isDraining, !isInputClosed else {
                return finishAndClose(lingers: inbound.readableBytes > 0)
            }
            input = .head
            output = .idle
            hasBegunHead = false
            deadline = loop.now + TimeAmount(loop.configuration.timeouts.idle)
        case .collecting, .head:
            finishAndClose(lingers: true)
        case .discarding:
            if !keepsAlive { finishAndClose(lingers: true) }
        case .feeding, .lingering, .closed:
            break
        }
    }

    /// Answers what is no request, and ends the connection.
    func refuse(_ problem: HTTPServerProblem) {
        keepsAlive = false
        switch output {
        case .idle where exchange == nil:
            exchange = loop.begin(
                HTTPRequest(
                    id: loop.nextRequestID(),
                    method: .RAW(value: "-"),
                    path: "",
                    remoteAddress: remoteAddress,
                    received: loop.now
                )
            )
            head = HTTP1RequestHead()
            send(loop.render(problem, for: exchange))
        case .idle, .pending:
            send(loop.render(problem, for: exchange))
        case .streaming, .done:
            abort()
        }
    }

    // MARK: Streams

    /// Asks the source for as much as the client takes.
    func pull() {
        guard !isPulling else { return }
        isPulling = true
        while case .streaming(let source) = output, let context, context.channel.isWritable {
            var isAnswered = false
            var isWaiting = false
            source.next(on: loop.eventLoop).hop(to: loop.eventLoop).assumeIsolated().whenComplete {
                [self] result in
                isAnswered = true
                receivePiece(result)
                if isWaiting {
                    isPulling = false
                    pull()
                    process()
                    if !isReading { flush() }
                }
            }
            guard isAnswered else {
                isWaiting = true
                if !isReading { flush() }
                return
            }
        }
        isPulling = false
        if !isReading { flush() }
    }

    private func receivePiece(_ result: Result<ByteBuffer?, any Error>) {
        guard case .streaming = output else { return }
        switch result {
        case .success(let piece?):
            guard piece.readableBytes > 0 else { return }
            exchange?.bytesSent += piece.readableBytes
            if sendsChunks {
                var buffer = takeOutbound()
                HTTP1ResponseHead.writeChunkSize(piece.readableBytes, into: &buffer)
                outbound = buffer
            }
            append(piece)
            if sendsChunks { append("\r\n") }
        case .success(nil):
            if sendsChunks { append("0\r\n\r\n") }
            outputDone()
        case .failure:
            flush()
            abort()
        }
    }

    // MARK: Bytes

    /// What is written next is added to what is returned; `response` tells how much that will be.
    func takeOutbound(for response: PreparedResponse? = nil) -> ByteBuffer {
        guard let buffer = outbound else {
            guard case .bytes(let bytes) = response?.body, bytes.readableBytes <= Self.gatherLimit
            else { return loop.takeBuffer() }
            return loop.takeBuffer(for: bytes.readableBytes)
        }
        outbound = nil
        return buffer
    }

    func append(_ text: StaticString) {
        var buffer = takeOutbound()
        buffer.writeStaticString(text)
        outbound = buffer
    }

    private func append(_ bytes: ByteBuffer) {
        guard bytes.readableBytes > Self.gatherLimit, let context else {
            var buffer = takeOutbound()
            buffer.writeImmutableBuffer(bytes)
            outbound = buffer
            if buffer.readableBytes > 2 * Self.gatherLimit { flush() }
            return
        }
        writeOutbound()
        count(bytes.readableBytes)
        context.write(wrapOutboundOut(bytes), promise: nil)
        context.flush()
    }

    private func writeOutbound(promise: EventLoopPromise<Void>? = nil) {
        guard let context, let buffer = outbound, buffer.readableBytes > 0 else {
            promise?.succeed()
            return
        }
        outbound = nil
        count(buffer.readableBytes)
        context.write(wrapOutboundOut(buffer), promise: promise)
    }

    private func count(_ bytes: Int) {
        writeClock.wrote(bytes)
        loop.counters.add(bytes, to: .bytesOut)
    }

    func flush(promise: EventLoopPromise<Void>? = nil) {
        guard let context, let buffer = outbound, buffer.readableBytes > 0 else {
            promise?.succeed()
            return
        }
        outbound = nil
        count(buffer.readableBytes)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: promise)
        loop.giveBack(buffer)
    }
}
