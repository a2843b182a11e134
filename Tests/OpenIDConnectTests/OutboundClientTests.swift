import NIOCore
import NIOHTTP1
import NIOPosix
import OpenIDConnect
import Synchronization
import Testing

/// The client over real sockets, on loopback.
@Suite struct OutboundClientTests {
    /// Answers by path; what it got is kept.
    final class Server: Sendable {
        let channel: any Channel
        let requests: Received

        final class Received: Sendable {
            let heads = Mutex<[HTTPRequestHead]>([])
        }

        init() async throws {
            let received = Received()
            requests = received
            channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                        try channel.pipeline.syncOperations.addHandler(Handler(received))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
        }

        var port: Int { channel.localAddress?.port ?? 0 }

        func url(_ path: String, host: String = "127.0.0.1") throws -> OutboundURL {
            try #require(OutboundURL("http://\(host):\(port)\(path)", allowsPlain: true))
        }
    }

    final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart
        let received: Server.Received

        init(_ received: Server.Received) { self.received = received }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .head(let head) = unwrapInboundIn(data) else { return }
            received.heads.withLock { $0.append(head) }
            func begin(_ status: HTTPResponseStatus, _ headers: HTTPHeaders = [:]) {
                context.write(
                    wrapOutboundOut(
                        .head(.init(version: .http1_1, status: status, headers: headers))
                    ),
                    promise: nil
                )
            }
            func body(_ text: String) {
                context.writeAndFlush(
                    wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))),
                    promise: nil
                )
            }
            switch head.uri {
            case "/ok":
                begin(.ok)
                body("{}")
            case "/redirect":
                begin(.found, ["location": "/ok", "content-length": "0"])
            case "/huge":
                begin(.ok)
                for _ in 0..<64 { body(String(repeating: "x", count: 16_384)) }
            case "/announced":
                begin(.ok, ["content-length": "99999999"])
                body("x")
                return
            case "/never":
                return
            case "/drip":
                begin(.ok)
                let channel = context.channel
                context.eventLoop.scheduleRepeatedTask(
                    initialDelay: .zero,
                    delay: .milliseconds(20)
                ) { task in
                    guard channel.isActive else { return task.cancel() }
                    channel.writeAndFlush(
                        HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: " "))),
                        promise: nil
                    )
                }
                return
            default:
                context.close(promise: nil)
                return
            }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }

    struct FixedResolver: AddressResolver {
        let addresses: [String]
        let calls = Counter()

        final class Counter: Sendable { let count = Mutex(0) }

        func addresses(of host: String) async -> [NetworkAddress] {
            calls.count.withLock { $0 += 1 }
            return addresses.compactMap(NetworkAddress.init)
        }
    }

    static func client(
        allowsPrivate: Bool = true,
        resolver: any AddressResolver = SystemResolver(),
        total: Duration = .seconds(60),
        read: Duration = .seconds(60)
    ) -> OutboundClient {
        var limits = OutboundClient.Limits()
        limits.total = total
        limits.read = read
        return OutboundClient(allowsPrivate: allowsPrivate, limits: limits, resolver: resolver)
    }

    @Test func `an answer comes with its status and its body`() async throws {
        let server = try await Server()
        let response = try await Self.client().send(OutboundRequest(try server.url("/ok")))
        #expect(response.status == 200)
        #expect(response.body == Array("{}".utf8))
        let head = try #require(server.requests.heads.withLock { $0.first })
        #expect(head.method == .GET)
        #expect(head.headers["accept"] == ["application/json"])
    }

    @Test func `a form is posted`() async throws {
        let server = try await Server()
        let request = OutboundRequest(
            try server.url("/ok"),
            headers: [("Authorization", "Basic eA==")],
            form: "a=b"
        )
        _ = try await Self.client().send(request)
        let head = try #require(server.requests.heads.withLock { $0.first })
        #expect(head.method == .POST)
        #expect(head.headers["content-type"] == ["application/x-www-form-urlencoded"])
        #expect(head.headers["authorization"] == ["Basic eA=="])
    }

    @Test func `a redirect is not followed`() async throws {
        let server = try await Server()
        let response = try await Self.client().send(OutboundRequest(try server.url("/redirect")))
        #expect(response.status == 302)
        #expect(server.requests.heads.withLock { $0.count } == 1)
    }

    @Test(arguments: ["/huge", "/announced"])
    func `an answer is read to a limit`(path: String) async throws {
        let server = try await Server()
        await #expect(throws: OutboundError.tooLarge) {
            try await Self.client().send(OutboundRequest(try server.url(path)))
        }
    }

    @Test func `a server that never answers is left`() async throws {
        let server = try await Server()
        await #expect(throws: OutboundError.timedOut) {
            try await Self.client(read: .milliseconds(100)).send(
                OutboundRequest(try server.url("/never"))
            )
        }
    }

    @Test func `an answer a byte at a time is cut off`() async throws {
        let server = try await Server()
        await #expect(throws: OutboundError.timedOut) {
            try await Self.client(total: .milliseconds(200)).send(
                OutboundRequest(try server.url("/drip"))
            )
        }
    }

    @Test func `a connection that breaks is an error without words of the other side`() async throws
    {
        let server = try await Server()
        await #expect(throws: OutboundError.failed) {
            try await Self.client().send(OutboundRequest(try server.url("/close")))
        }
    }

    @Test(arguments: [
        "127.0.0.1", "localhost", "[::1]", "127.1", "2130706433", "0x7f000001", "0",
        "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1",
    ])
    func `private addresses are refused however they are written`(host: String) async throws {
        let server = try await Server()
        let error = await #expect(throws: OutboundError.self) {
            try await Self.client(allowsPrivate: false).send(
                OutboundRequest(try server.url("/ok", host: host))
            )
        }
        #expect(error == .privateAddress || error == .unknownHost)
        #expect(server.requests.heads.withLock { $0.isEmpty })
    }

    @Test func `one private address among public ones is enough to refuse a host`() async throws {
        let server = try await Server()
        let resolver = FixedResolver(addresses: ["8.8.8.8", "127.0.0.1"])
        await #expect(throws: OutboundError.privateAddress) {
            try await Self.client(allowsPrivate: false, resolver: resolver)
                .send(OutboundRequest(try server.url("/ok", host: "rebind.example")))
        }
    }

    /// The name is looked up once, and the address that was checked is the one that is called: no
    /// second look-up can lead elsewhere.
    @Test func `the address that was checked is the one that is called`() async throws {
        let server = try await Server()
        let resolver = FixedResolver(addresses: ["127.0.0.1"])
        let client = Self.client(resolver: resolver)
        let response = try await client.send(
            OutboundRequest(try server.url("/ok", host: "no-such-host.invalid"))
        )
        #expect(response.status == 200)
        #expect(resolver.calls.count.withLock { $0 } == 1)
        let head = try #require(server.requests.heads.withLock { $0.first })
        #expect(head.headers["host"] == ["no-such-host.invalid:\(server.port)"])
    }

    @Test func `a host without addresses is unknown`() async throws {
        let url = try #require(OutboundURL("https://id.example/"))
        await #expect(throws: OutboundError.unknownHost) {
            try await Self.client(resolver: FixedResolver(addresses: [])).send(OutboundRequest(url))
        }
    }
}
