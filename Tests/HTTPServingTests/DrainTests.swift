import HTTPServing
import NIOCore
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1))) struct DrainTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func `a request in flight is answered, and its connection ends`() async throws {
        let gate = Gate()
        try await TestServer.with(respond: gate.wait) { server in
            let client = try await server.connect()
            client.send(Self.get)
            let arrival = try await gate.next()
            async let end: Void = server.server.shutdownGracefully(within: .seconds(20))
            // The listener is closed once a connection is refused.
            while (try? await server.connect()) != nil {}
            arrival.promise.succeed(TestServer.text("done"))
            let text = try await client.readToEnd()
            #expect(text.contains("connection: close\r\n"))
            #expect(text.hasSuffix("done"))
            await end
            #expect(server.server.metrics.snapshot().connectionsOpen == 0)
        }
    }

    @Test func `an idle connection ends at once`() async throws {
        try await TestServer.with { server in
            let client = try await server.connect()
            client.send(Self.get)
            _ = try await client.readResponse()
            await server.server.shutdownGracefully(within: .seconds(30))
            #expect(try await client.readToEnd().isEmpty)
        }
    }

    @Test func `after the grace the rest is closed`() async throws {
        let gate = Gate()
        try await TestServer.with(respond: gate.wait) { server in
            let client = try await server.connect()
            client.send(Self.get)
            let arrival = try await gate.next()
            await server.server.shutdownGracefully(within: .milliseconds(50))
            let text = try await client.readToEnd()
            #expect(text.isEmpty)
            arrival.promise.succeed(TestServer.text("too late"))
        }
    }

    @Test func `a live stream is asked to end`() async throws {
        let source = LiveSource()
        try await TestServer.with(respond: { _, _ in
            .ready(HTTPResponse(status: .ok, body: .stream(source)))
        }) { server in
            let client = try await server.connect()
            client.send(Self.get)
            try await source.give("one")
            async let end: Void = server.server.shutdownGracefully(within: .seconds(20))
            try await source.drained.next()
            try await source.give(nil)
            await end
            #expect(try await client.readToEnd().hasSuffix("0\r\n\r\n"))
        }
    }

    @Test func `HTTP 2 says goodbye twice, and delivers what is in flight`() async throws {
        let gate = Gate()
        let large = String(repeating: "0123456789", count: 50_000)
        try await TestServer.with(respond: gate.wait) { server in
            let client = try await HTTP2Client.connect(to: server.address)
            let answer = try await client.start("GET", "/")
            let arrival = try await gate.next()
            async let end: Void = server.server.shutdownGracefully(within: .seconds(20))
            let first = try await client.events.next()
            #expect(first == "goaway max 0")
            let second = try await client.events.next()
            #expect(second == "goaway 1 0")
            arrival.promise.succeed(TestServer.text(large))
            let received = try await answer.get()
            #expect(received.body == large)
            #expect(received.isComplete)
            let last = try await client.events.next()
            #expect(last == "closed")
            await end
        }
    }

    @Test func `an idle HTTP 2 connection ends at once`() async throws {
        try await TestServer.with { server in
            let client = try await HTTP2Client.connect(to: server.address)
            _ = try await client.request("GET", "/")
            await server.server.shutdownGracefully(within: .seconds(30))
            let second = try await client.events.next()
            #expect(second == "goaway 1 0")
            let last = try await client.events.next()
            #expect(last == "closed")
        }
    }
}
