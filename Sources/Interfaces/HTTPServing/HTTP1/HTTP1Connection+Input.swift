import NIOCore
import NIOHTTP1

extension HTTP1Connection {
    /// Bodies up to this size are read to their end after an early answer; beyond it the
    /// connection is closed.
    static let discardLimit = 64 * 1024

    /// Takes requests from what has arrived, as far as it goes.
    func process() {
        guard !isProcessing else { return }
        isProcessing = true
        while step() {}
        isProcessing = false
        releaseHeldRead()
    }

    /// Handles one event; false when there is nothing more to do for now.
    private func step() -> Bool {
        guard let context else { return false }
        switch input {
        case .complete, .closed:
            return false
        case .lingering:
            lingeringBudget -= inbound.readableBytes
            inbound.clear()
            if lingeringBudget < 0 { abort() }
            return false
        case .head:
            if mayBeHTTP2, inbound.readableBytes > 0, let verdict = sniffHTTP2() { return verdict }
            // A client that does not take its answers does not get more of them.
            guard context.channel.isWritable else { return false }
        case .feeding(let reader, _) where reader.isFull:
            return false
        case .collecting, .feeding, .discarding:
            break
        }
        switch parser.next(&inbound) {
        case .needMore:
            if case .head = input { awaitHead() }
            return false
        case .head(let head): receive(head)
        case .body(let bytes): receive(bytes)
        case .end: receiveEnd()
        case .failure(let problem):
            loop.counters.add(to: .protocolErrors)
            refuse(problem)
        }
        return true
    }

    private func awaitHead() {
        guard inbound.readableBytes > 0, !hasBegunHead else { return }
        hasBegunHead = true
        if !isFirstRequest { deadline = loop.now + TimeAmount(loop.configuration.timeouts.head) }
    }

    // MARK: Head

    private func receive(_ head: HTTP1RequestHead) {
        isFirstRequest = false
        mayBeHTTP2 = false
        keepsAlive = head.keepsAlive
        var request = HTTPRequest(
            id: loop.nextRequestID(),
            method: head.method,
            path: head.path,
            query: head.query,
            version: head.version,
            headers: head.headers,
            isTLS: isTLS,
            remoteAddress: remoteAddress,
            received: loop.now
        )
        self.head = head.semantics
        let admission = loop.responder.admit(&request)
        exchange = loop.begin(request)
        switch admission {
        case .respond(let response): answerEarly(response)
        case .collect(let limit): admit(limit: limit, isStreamed: false)
        case .stream(let limit): admit(limit: limit, isStreamed: true)
        }
    }

    private func admit(limit: Int, isStreamed: Bool) {
        if head.framing == .none, !isStreamed {
            input = .collecting(limit: limit)
            return
        }
        if let problem = objection(limit: limit, isStreamed: isStreamed) {
            return answerEarly(loop.render(problem, for: exchange))
        }
        bodyClock = BodyClock(now: loop.now)
        if head.expectation == .proceed, head.version == .http1_1, head.framing != .none,
            inbound.readableBytes == 0
        {
            append("HTTP/1.1 100 Continue\r\n\r\n")
            flush()
        }
        if !isStreamed {
            input = .collecting(limit: limit)
            return
        }
        let reader = HTTPBodyReader(eventLoop: loop.eventLoop) { [weak self] in self?.demand() }
        input = .feeding(reader, remaining: limit)
        exchange?.request.bodyReader = reader
        respond()
    }

    private func objection(limit: Int, isStreamed: Bool) -> HTTPServerProblem? {
        if head.expectation == .unknown, head.version == .http1_1 { return .expectationFailed }
        if case .length(let length) = head.framing, length > limit { return .bodyTooLarge }
        if let request = exchange?.request,
            !loop.understandsCoding(of: request, isStreamed: isStreamed)
        {
            return .contentEncodingUnsupported
        }
        return nil
    }

    /// Answers before the body is read.
    ///
    /// A short one that is on its way is dropped; for a long one it is cheaper to end the
    /// connection.
    private func answerEarly(_ response: HTTPResponse) {
        switch head.framing {
        case .none:
            input = .discarding(remaining: 0)
        case .length(let length) where length <= Self.discardLimit && head.expectation == .none:
            bodyClock = BodyClock(now: loop.now)
            input = .discarding(remaining: Self.discardLimit)
        case .length, .chunked:
            keepsAlive = false
            bodyClock = BodyClock(now: loop.now)
            input = .discarding(remaining: Self.discardLimit)
        }
        send(response)
    }

    // MARK: Body

    private func receive(_ bytes: ByteBuffer) {
        bodyClock.received(bytes.readableBytes, at: loop.now)
        switch input {
        case .collecting(let limit):
            let collected = exchange?.request.body.readableBytes ?? 0
            guard collected + bytes.readableBytes <= limit else {
                keepsAlive = false
                return send(loop.render(.bodyTooLarge, for: exchange))
            }
            if collected == 0 {
                exchange?.request.body = bytes
            } else {
                exchange?.request.body.writeImmutableBuffer(bytes)
            }
        case .feeding(let reader, let remaining):
            let left = remaining - bytes.readableBytes
            guard left >= 0 else {
                keepsAlive = false
                input = .discarding(remaining: 0)
                // Answered before the reader hears of it, and answers otherwise.
                if case .pending = output {
                    send(loop.render(.bodyTooLarge, for: exchange))
                } else {
                    abort()
                }
                return reader.fail(.tooLarge)
            }
            input = .feeding(reader, remaining: left)
            reader.feed(bytes)
        case .discarding(let remaining):
            let left = remaining - bytes.readableBytes
            input = .discarding(remaining: left)
            guard left < 0 else { return }
            if case .done = output { abort() } else { keepsAlive = false }
        case .head, .complete, .lingering, .closed:
            break
        }
    }

    private func receiveEnd() {
        switch input {
        case .collecting(let limit):
            input = .complete
            do throws(HTTPServerProblem) {
                if exchange?.request.body.readableBytes != 0, var request = exchange?.request {
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
            completeIfDone()
        case .discarding:
            input = .complete
            completeIfDone()
        case .head, .complete, .lingering, .closed:
            break
        }
    }

    /// The consumer of a streamed body wants more of it.
    private func demand() {
        guard case .feeding = input else { return }
        bodyClock.pause(until: loop.now)
        // Not at once: the consumer is in the middle of asking.
        loop.eventLoop.assumeIsolated().execute { [weak self] in
            self?.process()
            self?.flush()
        }
    }

    // MARK: Reading

    var wantsRead: Bool {
        switch input {
        case .head: context?.channel.isWritable ?? false
        case .collecting, .discarding, .lingering: true
        case .feeding(let reader, _): !reader.isFull
        case .complete: inbound.readableBytes == 0
        case .closed: false
        }
    }

    func releaseHeldRead() {
        guard heldRead, wantsRead, let context else { return }
        heldRead = false
        context.read()
    }

    func inputClosed() {
        isInputClosed = true
        switch input {
        case .head, .discarding:
            // What is answered is still to be delivered.
            finishAndClose(lingers: false)
        case .complete:
            if case .streaming = output { return abort() }
            // It may have sent its last request, and wait for the answer.
            keepsAlive = false
        case .lingering:
            if deadline != .distantFuture { abort() }
        case .collecting, .feeding, .closed:
            abort()
        }
    }
}
