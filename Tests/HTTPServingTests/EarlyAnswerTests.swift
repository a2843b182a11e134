import HTTPServing
import NIOCore
import NIOHTTP1
import NIOHTTP2
import Testing

/// Answers that are given before the request's body was read: RFC 9113 8.1 wants them delivered
/// whole before the rest of the request is refused.
@Suite(.timeLimit(.minutes(1))) struct EarlyAnswerTests {
    private static let short = "There is nothing here."
    /// Several times what a client takes unasked.
    private static let long = String(repeating: "0123456789", count: 50_000)

    /// Answers 404 at the head, or as the path says.
    private static func with(
        configure: (inout HTTPServerConfiguration) -> Void = { _ in },
        body: (TestServer) async throws -> Void
    ) async throws {
        try await TestServer.with(
            configure: configure,
            admit: { request in
                switch request.path {
                case "/collect": .collect(maximumBody: 10)
                case "/stream": .stream(maximumBody: 1 << 30)
                case "/empty": .respond(HTTPResponse(status: .notFound))
                case "/long": .respond(missing(long))
                default: .respond(missing(short))
                }
            },
            respond: { request, _ in .ready(missing(short)) },
            body: body
        )
    }

    private static func missing(_ text: String) -> HTTPResponse {
        HTTPResponse(status: .notFound, body: .bytes(ByteBuffer(string: text)))
    }

    @Test(arguments: ["/short", "/long", "/stream"], [2, 60_000, 1_000_000])
    func `the answer is whole when the body comes at once`(_ path: String, _ size: Int) async throws
    {
        let body = String(repeating: "x", count: size)
        try await Self.with { server in
            let client = try await HTTP2Client.connect(to: server.address)
            for headers in [[], [("content-length", "\(size)")]] {
                let answer = try await client.request("POST", path, headers: headers, body: body)
                #expect(answer.status == "404")
                #expect(answer.isComplete)
                #expect(answer.body == (path == "/long" ? Self.long : Self.short))
            }
            #expect(try await client.request("GET", "/empty").isComplete)
            try await client.close()
        }
    }

    @Test(arguments: ["/short", "/long", "/stream", "/empty"])
    func `a body that comes later is taken, and the stream ends in peace`(
        _ path: String
    ) async throws {
        try await Self.with { server in
            let client = try await HTTP2Client.connect(to: server.address)
            let stream = try await client.open("POST", path)
            let answer = try await stream.answer.get()
            #expect(answer.status == "404")
            #expect(answer.isComplete)
            stream.send("later", endsStream: false)
            stream.send("and its end", endsStream: true)
            let code = try await stream.end.get()
            #expect(code == nil)
            try await client.close()
        }
    }

    @Test(arguments: ["/short", "/long", "/stream", "/empty", "/collect"])
    func `a body without end is refused once the answer is there`(_ path: String) async throws {
        try await Self.with { server in
            let client = try await HTTP2Client.connect(to: server.address)
            let stream = try await client.open("POST", path)
            stream.send(String(repeating: "x", count: 1_000_000), endsStream: false)
            let answer = try await stream.answer.get()
            #expect(answer.status == (path == "/collect" ? "413" : "404"))
            #expect(answer.isComplete)
            #expect(answer.body.isEmpty == (path == "/empty"))
            let code = try await stream.end.get()
            #expect(code == .noError)
            try await client.close()
        }
    }

    @Test(arguments: [("content-length", "1000000"), ("expect", "100-continue")])
    func `what is announced as too much is refused without reading it`(
        _ header: (String, String)
    ) async throws {
        try await Self.with { server in
            let client = try await HTTP2Client.connect(to: server.address)
            var streams: [HTTP2Client.Stream] = []
            for path in ["/short", "/long", "/empty"] {
                streams.append(try await client.open("POST", path, headers: [header]))
            }
            for stream in streams {
                #expect(try await stream.answer.get().isComplete)
                let code = try await stream.end.get()
                #expect(code == .noError)
            }
            try await client.close()
        }
    }

    @Test func `a body that never comes is refused in time`() async throws {
        try await Self.with(configure: { $0.timeouts.body = .milliseconds(80) }) { server in
            let client = try await HTTP2Client.connect(to: server.address)
            var streams: [HTTP2Client.Stream] = []
            for path in ["/short", "/collect", "/stream"] {
                streams.append(try await client.open("POST", path))
            }
            for stream in streams {
                #expect(try await stream.answer.get().isComplete)
                let code = try await stream.end.get()
                #expect(code == .noError)
            }
            try await client.close()
        }
    }

    @Test func `a client that gives up sending ends the stream`() async throws {
        try await Self.with { server in
            let client = try await HTTP2Client.connect(to: server.address)
            let stream = try await client.open(
                "POST",
                "/short",
                headers: [("content-length", "1000000")]
            )
            stream.send(String(repeating: "x", count: 500_000), endsStream: false)
            #expect(try await stream.answer.get().isComplete)
            stream.cancel()
            _ = try await stream.end.get()
            #expect(try await client.request("GET", "/short").isComplete)
            await server.server.shutdownGracefully(within: .seconds(30))
            #expect(server.server.metrics.snapshot().protocolErrors == 0)
        }
    }

    @Test func `a server that stops does not wait for the body`() async throws {
        try await Self.with { server in
            let client = try await HTTP2Client.connect(to: server.address)
            let stream = try await client.open("POST", "/short")
            #expect(try await stream.answer.get().isComplete)
            await server.server.shutdownGracefully(within: .seconds(30))
            let code = try await stream.end.get()
            #expect(code == .noError)
        }
    }
}
