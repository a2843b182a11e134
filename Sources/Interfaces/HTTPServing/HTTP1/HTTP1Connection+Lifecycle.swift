import NIOCore
import NIOHTTP1

extension HTTP1Connection: ServerConnection {
    /// How long a client has for reading its last answer.
    private static let lingering = TimeAmount.seconds(2)

    func sweep(now: NIODeadline) {
        let timeouts = loop.configuration.timeouts
        switch input {
        case .head where now >= deadline:
            return headTimedOut()
        case .lingering where now >= deadline:
            return abort()
        case .feeding(let reader, _) where reader.isFull:
            bodyClock.pause(until: now)
        case .collecting, .feeding, .discarding:
            if bodyClock.isExpired(at: now, timeouts: timeouts) { return bodyTimedOut() }
        case .head, .complete, .lingering, .closed:
            break
        }
        let pending = try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)
        if writeClock.isExpired(pending: pending ?? 0, at: now, timeouts: timeouts) {
            loop.counters.add(to: .timeouts)
            abort()
        }
    }

    /// RFC 9110 15.5.9: 408 for a request that has begun; a connection without one is just
    /// closed.
    private func headTimedOut() {
        guard inbound.readableBytes > 0 else { return abort() }
        loop.counters.add(to: .timeouts)
        refuse(.requestTimeout)
        flush()
    }

    private func bodyTimedOut() {
        loop.counters.add(to: .timeouts)
        if case .discarding = input { return abort() }
        refuse(.requestTimeout)
        flush()
    }

    func drain() {
        isDraining = true
        switch (input, output) {
        case (.head, _) where inbound.readableBytes == 0 && !isReading:
            finishAndClose(lingers: false)
        case (_, .streaming(let source)): source.drain()
        default: break
        }
    }

    func abort() {
        guard let context else { return }
        context.close(mode: .all, promise: nil)
    }

    /// Sends what is to be sent, and closes; in two steps if the client may be sending still,
    /// since closing with unread bytes would reset the connection and take the answer with it.
    func finishAndClose(lingers: Bool) {
        guard let context else { return }
        input = .lingering
        deadline = .distantFuture
        let promise = loop.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { [self] _ in
            if lingers, !isInputClosed {
                deadline = .now() + Self.lingering
                self.context?.close(mode: .output, promise: nil)
            } else {
                abort()
            }
        }
        if outbound == nil {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: promise)
        } else {
            flush(promise: promise)
        }
    }

    /// The connection is gone, or goes on as another protocol.
    func closed() {
        if case .closed = input { return }
        if case .feeding(let reader, _) = input { reader.fail(.aborted) }
        if case .streaming(let source) = output { source.cancel() }
        input = .closed
        output = .done
        if let exchange { loop.finish(exchange, isAborted: true) }
        exchange = nil
        outbound = nil
        loop.remove(self)
    }

    // MARK: Other protocols

    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    /// Whether the connection's first bytes are HTTP/2's preface: nil if they are not, else
    /// whether to go on at once.
    func sniffHTTP2() -> Bool? {
        let seen = inbound.readableBytesView.prefix(Self.preface.count)
        guard seen.elementsEqual(Self.preface.prefix(seen.count)) else {
            mayBeHTTP2 = false
            return nil
        }
        if seen.count == Self.preface.count { switchToHTTP2() }
        return false
    }

    func switchToHTTP2() {
        guard let context else { return }
        let successor = HTTP2Connection(loop: loop, isTLS: isTLS, remoteAddress: remoteAddress)
        do {
            try successor.install(in: context.channel)
        } catch {
            return abort()
        }
        loop.replace(self, with: successor)
        handOver(context)
    }

    /// Answers 101, and makes room for the new protocol's handlers.
    func upgrade(_ upgrade: HTTPUpgrade) {
        guard let context, case .complete = input, head.version == .http1_1,
            let request = exchange?.request
        else { return send(loop.render(.upgradeUnsupported, for: exchange)) }
        let response = HTTPResponse(status: .switchingProtocols, headers: upgrade.headers)
        var buffer = takeOutbound()
        let isWritten = HTTP1ResponseHead.write(
            PreparedResponse(response, to: request, on: loop),
            connection: .upgrade,
            isChunked: false,
            trailer: loop.headTrailer(),
            into: &buffer
        )
        outbound = buffer
        guard isWritten else { return send(loop.render(.failed, for: exchange)) }
        flush()
        exchange?.status = 101
        let channel = context.channel
        upgrade.install(channel).hop(to: loop.eventLoop).assumeIsolated().whenComplete {
            [self] result in
            guard case .success = result, let context = self.context else { return abort() }
            if let exchange { loop.finish(exchange) }
            exchange = nil
            loop.replace(self, with: UpgradedConnection(channel: channel, loop: loop))
            handOver(context)
        }
    }

    /// Leaves the pipeline to the next protocol, with the bytes that it has not seen.
    private func handOver(_ context: ChannelHandlerContext) {
        input = .closed
        output = .done
        let bytes = inbound
        inbound = ByteBuffer()
        if bytes.readableBytes > 0 {
            context.fireChannelRead(wrapInboundOut(bytes))
            context.fireChannelReadComplete()
        }
        let read = heldRead
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
        if read { context.channel.read() }
    }
}
