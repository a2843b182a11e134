import HTTPServing
import NIOCore
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1))) struct UpgradeTests {
    /// Sends back what comes, and says goodbye when the server drains.
    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.writeAndFlush(data, promise: nil)
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            guard event is ChannelShouldQuiesceEvent else { return }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "bye")), promise: nil)
            context.close(promise: nil)
        }
    }

    private static let upgrade: TestServer.Respond = { request, loop in
        guard request.headers.contains(name: "upgrade") else {
            return TestServer.describe(request, loop)
        }
        return .upgrade(
            HTTPUpgrade(headers: ["upgrade": "echo"]) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Echo())
                }
            }
        )
    }

    private static let request =
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n"

    @Test func `a connection leaves HTTP, and what was sent already is passed on`() async throws {
        try await TestServer.with(respond: Self.upgrade) { server in
            let client = try await server.connect()
            client.send(Self.request + "first")
            let text = try await client.read(until: "first")
            #expect(text.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
            #expect(text.contains("connection: upgrade\r\n"))
            #expect(!text.contains("content-length"))
            client.send("second")
            #expect(try await client.read(until: "second").hasSuffix("second"))
            await server.server.shutdownGracefully(within: .seconds(20))
            #expect(try await client.readToEnd().hasSuffix("bye"))
        }
    }

    @Test func `an upgrade that nobody wants is an ordinary request`() async throws {
        try await TestServer.with { server in
            let client = try await server.connect()
            client.send(Self.request + "GET /next HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.readResponse().body == "GET /")
            #expect(try await client.readResponse().body == "GET /next")
        }
    }

    @Test func `HTTP 1.0 cannot upgrade`() async throws {
        try await TestServer.with(respond: Self.upgrade) { server in
            let old = try await server.exchange("GET / HTTP/1.0\r\nUpgrade: echo\r\n\r\n")
            #expect(old.hasPrefix("HTTP/1.1 501 "))
        }
    }
}
