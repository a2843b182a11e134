import NIOCore
import NIOHPACK
import NIOHTTP1
import NIOHTTP2

extension HTTP2Stream {
    /// The size of the pieces that a body is written in.
    private static let pieceSize = 32 * 1024

    func respond() {
        guard let request = exchange?.request else { return }
        output = .pending
        switch loop.responder.respond(to: request, on: loop.eventLoop) {
        case .ready(let response):
            send(response)
        case .pending(let future):
            future.hop(to: loop.eventLoop).assumeIsolated().whenComplete { [self] in answered($0) }
        case .upgrade:
            send(loop.render(.upgradeUnsupported, for: exchange))
        }
    }

    private func answered(_ result: Result<HTTPResponse, any Error>) {
        guard exchange != nil, case .pending = output else {
            if case .success(let late) = result, case .stream(let source) = late.body {
                source.cancel()
            }
            return
        }
        switch result {
        case .success(let response): send(response)
        case .failure: send(loop.render(.failed, for: exchange))
        }
    }

    func send(_ response: HTTPResponse) {
        guard let prepared = exchange?.prepare(response, on: loop) else { return }
        guard let block = headers(of: prepared) else {
            if case .stream(let source) = prepared.body { source.cancel() }
            return send(HTTPServerProblem.failed.problemResponse())
        }
        exchange?.status = response.status.code
        switch prepared.body {
        case .none:
            write(.headers(.init(headers: block, endStream: true)))
            outputDone()
        case .bytes(let bytes):
            write(.headers(.init(headers: block, endStream: bytes.readableBytes == 0)))
            if bytes.readableBytes == 0 { return outputDone() }
            output = .sending(bytes)
            pull()
        case .stream(let source):
            write(.headers(.init(headers: block)))
            context?.flush()
            output = .streaming(source)
            pull()
        }
    }

    /// Nil if a header would not stand in HTTP/1.1, which a gateway may translate to.
    private func headers(of response: PreparedResponse) -> HPACKHeaders? {
        var block = HPACKHeaders()
        block.reserveCapacity(response.headers.count + 8)
        block.add(name: ":status", value: String(response.status.code))
        for (name, value) in response.headers where !HTTPHeaders.isFraming(name) {
            guard !name.isEmpty, name.utf8.allSatisfy(HTTPBytes.isToken),
                value.utf8.allSatisfy(HTTPBytes.isFieldValue)
            else { return nil }
            block.add(name: name.lowercased(), value: value)
        }
        if let length = response.contentLength {
            block.add(name: "content-length", value: String(length), indexing: .nonIndexable)
        }
        for header in loop.configuration.constantHeaders {
            block.add(name: header.name.lowercased(), value: header.value)
        }
        block.add(name: "date", value: loop.date())
        return block
    }

    private func outputDone() {
        output = .done
        if let answered = exchange.take() { loop.finish(answered) }
        context?.flush()
        if !hasEnded { settleRest() }
    }

    /// Writes as much of the body as the client takes.
    func pull() {
        guard !isPulling else { return }
        isPulling = true
        while let context, context.channel.isWritable {
            switch output {
            case .sending(var bytes):
                guard let piece = bytes.readSlice(length: min(Self.pieceSize, bytes.readableBytes))
                else { break }
                let isLast = bytes.readableBytes == 0
                output = .sending(bytes)
                write(piece, endsStream: isLast)
                guard isLast else { continue }
                outputDone()
            case .streaming(let source):
                if pullPiece(of: source) { continue }
                return
            case .idle, .pending, .done:
                break
            }
            break
        }
        isPulling = false
        context?.flush()
    }

    /// False if the piece will come later; the pulling goes on then.
    private func pullPiece(of source: any HTTPBodySource) -> Bool {
        var isAnswered = false
        var isWaiting = false
        source.next(on: loop.eventLoop).hop(to: loop.eventLoop).assumeIsolated().whenComplete {
            [self] result in
            isAnswered = true
            receivePiece(result)
            guard isWaiting else { return }
            isPulling = false
            pull()
        }
        if !isAnswered {
            isWaiting = true
            context?.flush()
        }
        return isAnswered
    }

    private func receivePiece(_ result: Result<ByteBuffer?, any Error>) {
        guard case .streaming = output else { return }
        switch result {
        case .success(let piece?):
            if piece.readableBytes > 0 { write(piece, endsStream: false) }
        case .success(nil):
            write(ByteBuffer(), endsStream: true)
            outputDone()
        case .failure:
            write(.rstStream(.internalError))
            context?.flush()
            abort()
        }
    }

    private func write(_ piece: ByteBuffer, endsStream: Bool) {
        guard let context else { return }
        exchange?.bytesSent += piece.readableBytes
        if framesInFlight == 0 { lastTaken = loop.now }
        framesInFlight += 1
        let promise = loop.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { [self] _ in
            framesInFlight -= 1
            lastTaken = loop.now
        }
        let payload = HTTP2Frame.FramePayload.data(
            .init(data: .byteBuffer(piece), endStream: endsStream)
        )
        context.write(wrapOutboundOut(payload), promise: promise)
    }

    func write(_ payload: HTTP2Frame.FramePayload) {
        context?.write(wrapOutboundOut(payload), promise: nil)
    }
}
