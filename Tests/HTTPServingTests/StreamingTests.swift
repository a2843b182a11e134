import HTTPServing
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

/// Gives fixed pieces, and remembers how it went.
final class PieceSource: HTTPBodySource {
    struct Broken: Error {}

    let length: Int?
    let cancelled = Signal<Int>()
    let drained = Signal<Void>()
    private let pieces: Int
    private let piece: ByteBuffer
    private let failsAtEnd: Bool
    private let given = Mutex(0)

    init(pieces: Int, of piece: String, length: Int? = nil, failsAtEnd: Bool = false) {
        self.pieces = pieces
        self.piece = ByteBuffer(string: piece)
        self.length = length
        self.failsAtEnd = failsAtEnd
    }

    var count: Int { given.withLock { $0 } }

    func next(on eventLoop: any EventLoop) -> EventLoopFuture<ByteBuffer?> {
        let number = given.withLock { given in
            given += 1
            return given
        }
        if number <= pieces { return eventLoop.makeSucceededFuture(piece) }
        if failsAtEnd { return eventLoop.makeFailedFuture(Broken()) }
        return eventLoop.makeSucceededFuture(nil)
    }

    func cancel() { cancelled.send(count) }
    func drain() { drained.send(()) }
}

/// Gives what a test sends, when it sends it.
final class LiveSource: HTTPBodySource {
    let cancelled = Signal<Void>()
    let drained = Signal<Void>()
    private let asked = Signal<EventLoopPromise<ByteBuffer?>>()

    func next(on eventLoop: any EventLoop) -> EventLoopFuture<ByteBuffer?> {
        let promise = eventLoop.makePromise(of: ByteBuffer?.self)
        asked.send(promise)
        return promise.futureResult
    }

    func give(_ text: String?) async throws {
        try await asked.next().succeed(text.map { ByteBuffer(string: $0) })
    }

    func cancel() { cancelled.send(()) }
    func drain() { drained.send(()) }
}

@Suite(.timeLimit(.minutes(1))) struct StreamingTests {
    private static func stream(_ source: any HTTPBodySource) -> TestServer.Respond {
        { request, loop in
            request.path == "/stream"
                ? .ready(HTTPResponse(status: .ok, body: .stream(source)))
                : TestServer.describe(request, loop)
        }
    }

    private static let get = "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func `a stream without a length is sent in chunks, and the connection is kept`()
        async throws
    {
        let source = PieceSource(pieces: 2, of: "hello")
        try await TestServer.with(respond: Self.stream(source)) { server in
            let client = try await server.connect()
            client.send(Self.get + "GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let text = try await client.readToEnd()
            #expect(text.contains("transfer-encoding: chunked\r\n"))
            #expect(text.contains("\r\n\r\n5\r\nhello\r\n5\r\nhello\r\n0\r\n\r\nHTTP/1.1 200 OK"))
            #expect(text.hasSuffix("GET /next"))
        }
    }

    @Test func `a stream with a length is sent as it is`() async throws {
        let source = PieceSource(pieces: 2, of: "hello", length: 10)
        try await TestServer.with(respond: Self.stream(source)) { server in
            let client = try await server.connect()
            client.send(Self.get)
            #expect(try await client.readResponse().body == "hellohello")
        }
    }

    @Test func `HTTP 1.0 gets the stream up to the connection's end`() async throws {
        let source = PieceSource(pieces: 2, of: "hello")
        try await TestServer.with(respond: Self.stream(source)) { server in
            let text = try await server.exchange(
                "GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
            )
            #expect(text.hasSuffix("\r\n\r\nhellohello"))
            #expect(text.contains("connection: close\r\n"))
        }
    }

    @Test func `a stream that fails ends without its last chunk`() async throws {
        let source = PieceSource(pieces: 1, of: "hello", failsAtEnd: true)
        try await TestServer.with(respond: Self.stream(source)) { server in
            let client = try await server.connect()
            client.send(Self.get)
            let text = try await client.readToEnd()
            #expect(text.hasSuffix("5\r\nhello\r\n"))
        }
    }

    @Test func `a piece is sent when it is given`() async throws {
        let source = LiveSource()
        try await TestServer.with(respond: Self.stream(source)) { server in
            let client = try await server.connect()
            client.send(Self.get)
            try await source.give("one")
            _ = try await client.read(until: "one")
            try await source.give("two")
            _ = try await client.read(until: "two")
            try await source.give(nil)
            #expect(try await client.read(until: "0\r\n\r\n").hasSuffix("0\r\n\r\n"))
        }
    }

    @Test func `a source hears that its client has left`() async throws {
        let source = LiveSource()
        try await TestServer.with(respond: Self.stream(source)) { server in
            let client = try await server.connect()
            client.send(Self.get)
            try await source.give("one")
            _ = try await client.read(until: "one")
            client.close()
            try await source.cancelled.next()
        }
    }

    @Test func `a client that does not read is not read for, and is ended`() async throws {
        let pieces = 2000
        let source = PieceSource(pieces: pieces, of: String(repeating: "x", count: 64 * 1024))
        try await TestServer.with(
            configure: { $0.timeouts.write = .milliseconds(200) },
            respond: Self.stream(source)
        ) { server in
            let client = try await RawClient.connect(to: server.address, autoRead: false)
            client.send(Self.get)
            let given = try await source.cancelled.next()
            #expect(given < pieces / 2)
            client.close()
        }
    }

    @Test func `HEAD does not pull from a stream`() async throws {
        let source = PieceSource(pieces: 2, of: "hello", length: 10)
        try await TestServer.with(respond: Self.stream(source)) { server in
            let text = try await server.exchange(
                "HEAD /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            )
            #expect(text.contains("content-length: 10\r\n"))
            #expect(source.count == 0)
            _ = try await source.cancelled.next()
        }
    }

    // MARK: Request bodies

    /// Reads a body to its end, and answers its length.
    private static let measure: TestServer.Respond = { request, loop in
        guard let reader = request.bodyReader else {
            return .ready(HTTPResponse(status: .internalServerError))
        }
        @Sendable func read(_ sum: Int) -> EventLoopFuture<Int> {
            reader.next().flatMap { piece in
                guard let piece else { return loop.makeSucceededFuture(sum) }
                return read(sum + piece.readableBytes)
            }
        }
        return .pending(read(0).map { TestServer.text("\($0)") })
    }

    @Test func `a streamed body is read to its end`() async throws {
        try await TestServer.with(
            admit: { _ in .stream(maximumBody: 1 << 22) },
            respond: Self.measure
        ) { server in
            let client = try await server.connect()
            let megabyte = String(repeating: "x", count: 1 << 20)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2097152\r\n\r\n" + megabyte)
            client.send(megabyte)
            #expect(try await client.readResponse().body == "2097152")
            client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n100000\r\n"
                    + megabyte + "\r\n0\r\n\r\n"
            )
            #expect(try await client.readResponse().body == "1048576")
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.readResponse().body == "0")
        }
    }

    @Test func `a streamed body beyond the limit gets 413`() async throws {
        try await TestServer.with(
            admit: { _ in .stream(maximumBody: 4) },
            respond: Self.measure
        ) { server in
            let text = try await server.exchange(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
            )
            #expect(text.hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test func `a reader hears that its client has left`() async throws {
        let failure = Signal<String>()
        try await TestServer.with(
            admit: { _ in .stream(maximumBody: 1 << 20) },
            respond: { request, loop in
                guard let reader = request.bodyReader else { return .ready(TestServer.text("")) }
                reader.next().flatMap { _ in reader.next() }.whenFailure {
                    failure.send("\($0)")
                }
                return .pending(loop.makePromise(of: HTTPResponse.self).futureResult)
            }
        ) { server in
            let client = try await server.connect()
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello")
            client.close()
            #expect(try await failure.next() == "aborted")
        }
    }

    @Test func `an answer before the body's end keeps the connection if the rest is short`()
        async throws
    {
        try await TestServer.with(
            admit: { _ in .stream(maximumBody: 100) },
            respond: { _, _ in .ready(TestServer.text("early")) }
        ) { server in
            let client = try await server.connect()
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello")
            #expect(try await client.readResponse().body == "early")
            client.send("worldPOST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
            #expect(try await client.readResponse().body == "early")
        }
    }
}
