import HTTPServing
import NIOCore
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1))) struct HTTP2Tests {
    @Test func `prior knowledge gets HTTP 2 on the same port`() async throws {
        try await TestServer.with(configure: {
            $0.constantHeaders = [("X-Frame-Options", "DENY")]
        }) { server in
            let client = try await HTTP2Client.connect(to: server.address)
            let answer = try await client.request("GET", "/a?b")
            #expect(answer.status == "200")
            #expect(answer.body == "GET /a")
            #expect(answer.headers["content-length"] == "6")
            #expect(answer.headers["x-frame-options"] == "DENY")
            #expect(answer.headers["date"] != nil)
            try await client.close()
        }
    }

    @Test func `what the request carries arrives`() async throws {
        try await TestServer.with(respond: { request, _ in
            let parts = [
                request.query ?? "-", request.headers["host"].joined(),
                request.headers["cookie"].joined(separator: "|"), "\(request.version)",
                String(buffer: request.body),
            ]
            return .ready(TestServer.text(parts.joined(separator: ",")))
        }) { server in
            let client = try await HTTP2Client.connect(to: server.address)
            let answer = try await client.request(
                "POST",
                "/?x=1",
                headers: [("cookie", "a=1"), ("cookie", "b=2")],
                body: "hello"
            )
            #expect(answer.body == "x=1,a,a=1; b=2,HTTP/2.0,hello")
            try await client.close()
        }
    }

    @Test func `a slow stream does not hold up another`() async throws {
        let gate = Gate()
        try await TestServer.with(respond: { request, loop in
            request.path == "/slow"
                ? gate.wait(request, loop) : TestServer.describe(request, loop)
        }) { server in
            let client = try await HTTP2Client.connect(to: server.address)
            let slow = try await client.start("GET", "/slow")
            let arrival = try await gate.next()
            #expect(try await client.request("GET", "/fast").body == "GET /fast")
            arrival.promise.succeed(TestServer.text("slow"))
            #expect(try await slow.get().body == "slow")
            try await client.close()
        }
    }

    @Test func `large bodies and streams arrive whole`() async throws {
        let large = String(repeating: "0123456789", count: 100_000)
        let source = PieceSource(pieces: 50, of: String(repeating: "x", count: 10_000))
        try await TestServer.with(respond: { request, _ in
            request.path == "/stream"
                ? .ready(HTTPResponse(status: .ok, body: .stream(source)))
                : .ready(HTTPResponse(status: .ok, body: .bytes(ByteBuffer(string: large))))
        }) { server in
            let client = try await HTTP2Client.connect(to: server.address)
            #expect(try await client.request("GET", "/bytes").body == large)
            let streamed = try await client.request("GET", "/stream")
            #expect(streamed.body.utf8.count == 500_000)
            #expect(streamed.isComplete)
            try await client.close()
        }
    }

    @Test func `HEAD, gzip and refusals work as in HTTP 1`() async throws {
        let long = String(repeating: "hello ", count: 1000)
        try await TestServer.with(
            admit: {
                $0.path == "/no"
                    ? .respond(HTTPResponse(status: .notFound)) : .collect(maximumBody: 4)
            },
            respond: { _, _ in .ready(TestServer.text(long)) }
        ) { server in
            let client = try await HTTP2Client.connect(to: server.address)
            let head = try await client.request("HEAD", "/")
            #expect(head.headers["content-length"] == "6000")
            #expect(head.body.isEmpty)
            let gzip = try await client.request("GET", "/", headers: [("accept-encoding", "gzip")])
            #expect(gzip.headers["content-encoding"] == "gzip")
            #expect(try await client.request("GET", "/no").status == "404")
            let tooLarge = try await client.request("POST", "/", body: "hello")
            #expect(tooLarge.status == "413")
            #expect(tooLarge.headers["content-type"] == "application/problem+json")
            #expect(try await client.request("CONNECT", "/").status != "200")
            try await client.close()
        }
    }

    @Test func `a source hears that its stream was reset`() async throws {
        let source = LiveSource()
        try await TestServer.with(respond: { _, _ in
            .ready(HTTPResponse(status: .ok, body: .stream(source)))
        }) { server in
            let client = try await HTTP2Client.connect(to: server.address)
            _ = try await client.start("GET", "/")
            try await source.give("one")
            try await client.close()
            try await source.cancelled.next()
        }
    }

    // MARK: Hostile clients

    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(4, 0, 0, [])
    /// GET / of authority "a": three entries of HPACK's static table, and a literal.
    private static let get: [UInt8] = [0x82, 0x86, 0x84, 0x41, 0x01, 0x61]

    private static func frame(
        _ type: UInt8,
        _ flags: UInt8,
        _ stream: UInt32,
        _ payload: [UInt8]
    ) -> [UInt8] {
        let length = payload.count
        return [
            UInt8(length >> 16 & 0xFF), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), type,
            flags,
        ]
            + (0..<4).map { UInt8(truncatingIfNeeded: stream >> (24 - 8 * $0)) } + payload
    }

    private static let streams = stride(from: UInt32(1), to: 1001, by: 2)

    static let attacks: [(String, [UInt8])] = [
        ("rapid reset", streams.flatMap { frame(1, 5, $0, get) + frame(3, 0, $0, [0, 0, 0, 8]) }),
        ("ping flood", (0..<2000).flatMap { _ in frame(6, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]) }),
        ("settings flood", (0..<2000).flatMap { _ in frame(4, 0, 0, []) }),
        ("continuation flood", frame(1, 1, 1, get) + (0..<100).flatMap { _ in frame(9, 0, 1, []) }),
        ("empty data", frame(1, 4, 1, get) + (0..<100).flatMap { _ in frame(0, 0, 1, []) }),
        (
            "headers beyond the limit",
            // Two of 10,000 bytes, in two frames.
            frame(
                1,
                1,
                1,
                get + [0x00, 0x01, 0x78, 0x7F, 0x91, 0x4D] + Array(repeating: 0x61, count: 10_000)
            )
                + frame(
                    9,
                    4,
                    1,
                    [0x00, 0x01, 0x79, 0x7F, 0x91, 0x4D] + Array(repeating: 0x61, count: 10_000)
                )
        ),
        (
            "a header bomb",
            // One entry of 3,000 bytes in the dynamic table, named 200 times.
            frame(
                1,
                4,
                1,
                get + [0x40, 0x01, 0x78, 0x7F, 0xB9, 0x16] + Array(repeating: 0x61, count: 3000)
                    + Array(repeating: 0xBE, count: 200)
            )
        ),
        ("a frame beyond its limit", frame(0, 0, 1, Array(repeating: 0, count: 20_000))),
        ("data on no stream", frame(0, 0, 0, [1])),
        ("an even stream", frame(1, 5, 2, get)),
        ("a window beyond its limit", frame(8, 0, 0, [0x7F, 0xFF, 0xFF, 0xFF])),
    ]

    @Test(arguments: attacks.indices)
    func `an attack ends its connection, and harms no other`(_ index: Int) async throws {
        try await TestServer.with { server in
            let victim = try await HTTP2Client.connect(to: server.address)
            #expect(try await victim.request("GET", "/before").status == "200")
            let attacker = try await server.connect()
            attacker.send(Self.preface + Self.attacks[index].1)
            // The server ends it, or this throws in time.
            _ = try await attacker.readToEnd(within: 8)
            #expect(try await victim.request("GET", "/after").status == "200")
            try await victim.close()
        }
    }

    @Test func `a connection that says nothing more is ended`() async throws {
        try await TestServer.with(configure: { $0.timeouts.idle = .milliseconds(800) }) { server in
            let client = try await HTTP2Client.connect(to: server.address)
            _ = try await client.request("GET", "/")
            #expect(try await client.events.next().hasPrefix("goaway"))
        }
    }

    @Test func `half a preface is no request`() async throws {
        try await TestServer.with(configure: { $0.timeouts.head = .milliseconds(80) }) { server in
            let text = try await server.exchange("PRI * HT")
            #expect(text.hasPrefix("HTTP/1.1 408 ") || text.isEmpty)
        }
    }

    @Test func `what only begins like a preface is judged as HTTP 1`() async throws {
        try await TestServer.with { server in
            let text = try await server.exchange("PRI * HTTP/2.0\r\nX: y\r\n\r\n")
            #expect(text.hasPrefix("HTTP/1.1 505 "))
        }
    }
}
