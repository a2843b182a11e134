import HTTPServing
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(1))) struct LimitTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    // MARK: Time

    @Test func `an unfinished head gets 408`() async throws {
        try await TestServer.with(configure: { $0.timeouts.head = .seconds(1) }) { server in
            let client = try await server.connect()
            client.send(Self.get + "GET / HTTP/1.1\r\nHost:")
            #expect(try await client.readResponse().status == 200)
            let text = try await client.readToEnd()
            #expect(text.hasPrefix("HTTP/1.1 408 "))
            #expect(text.contains("connection: close\r\n"))
            #expect(server.server.metrics.snapshot().timeouts == 1)
        }
    }

    @Test func `a connection that says nothing is closed without a word`() async throws {
        try await TestServer.with(configure: { $0.timeouts.head = .milliseconds(80) }) { server in
            let text = try await server.exchange("")
            #expect(text.isEmpty)
        }
    }

    @Test func `an idle connection is closed without a word`() async throws {
        try await TestServer.with(configure: { $0.timeouts.idle = .milliseconds(80) }) { server in
            let text = try await server.exchange(Self.get)
            #expect(text.hasPrefix("HTTP/1.1 200 "))
            #expect(text.hasSuffix("GET /"))
        }
    }

    @Test func `a body that stops gets 408`() async throws {
        try await TestServer.with(configure: { $0.timeouts.body = .milliseconds(80) }) { server in
            let text = try await server.exchange(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello"
            )
            #expect(text.hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test func `a body that drips is ended, though it never stops`() async throws {
        try await TestServer.with(configure: { $0.timeouts.body = .milliseconds(150) }) { server in
            let client = try await server.connect()
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
            let drip = Task {
                let clock = ContinuousClock()
                while !Task.isCancelled {
                    client.send("x")
                    try await clock.sleep(for: .milliseconds(20))
                }
            }
            let text = try await client.readToEnd()
            drip.cancel()
            #expect(text.hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test func `a request that takes the responder long is not timed out`() async throws {
        let gate = Gate()
        try await TestServer.with(
            configure: { $0.timeouts.idle = .milliseconds(20) },
            respond: { request, loop in
                request.path == "/slow"
                    ? gate.wait(request, loop) : TestServer.describe(request, loop)
            }
        ) { server in
            let client = try await server.connect()
            client.send(Self.get + "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.readResponse().body == "GET /")
            let arrival = try await gate.next()
            // Two other connections, one for each event loop, live through their idle time.
            for _ in 0..<2 { _ = try await server.exchange(Self.get) }
            arrival.promise.succeed(TestServer.text("at last"))
            #expect(try await client.readResponse().body == "at last")
        }
    }

    // MARK: Number

    @Test func `a connection beyond the limit gets 503, and room is made when one leaves`()
        async throws
    {
        try await TestServer.with(configure: { $0.limits.connections = 1 }) { server in
            let first = try await server.connect()
            first.send(Self.get)
            #expect(try await first.readResponse().status == 200)
            let refused = try await server.connect().readToEnd()
            #expect(refused.hasPrefix("HTTP/1.1 503 "))
            #expect(refused.contains("retry-after: 1\r\n"))
            #expect(refused.contains("http.overloaded"))
            #expect(server.server.metrics.snapshot().connectionsRefused == 1)
            first.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            _ = try await first.readToEnd()
            #expect(try await retry(server).hasPrefix("HTTP/1.1 200 "))
        }
    }

    /// The server hears of a close a little later than the client.
    private func retry(_ server: TestServer) async throws -> String {
        var text = ""
        for _ in 0..<100 {
            text = try await server.exchange(
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            )
            if !text.hasPrefix("HTTP/1.1 503 ") { break }
        }
        return text
    }

    @Test func `an address has its own limit`() async throws {
        try await TestServer.with(configure: { $0.limits.connectionsPerAddress = 2 }) { server in
            let first = try await server.connect()
            let second = try await server.connect()
            first.send(Self.get)
            second.send(Self.get)
            _ = try await first.readResponse()
            _ = try await second.readResponse()
            #expect(try await server.connect().readToEnd().hasPrefix("HTTP/1.1 503 "))
            second.close()
            #expect(try await retry(server).hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func `limits of heads can be set`() async throws {
        try await TestServer.with(configure: {
            $0.limits.headSize = 200
            $0.limits.targetSize = 20
            $0.limits.headerCount = 2
        }) { server in
            let long = try await server.exchange(
                "GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa HTTP/1.1\r\nHost: a\r\n\r\n"
            )
            #expect(long.hasPrefix("HTTP/1.1 414 "))
            let many = try await server.exchange(
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\nY: b\r\n\r\n"
            )
            #expect(many.hasPrefix("HTTP/1.1 431 "))
            let large = try await server.exchange(
                "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 200))\r\n\r\n"
            )
            #expect(large.hasPrefix("HTTP/1.1 431 "))
        }
    }
}
