import HTTPServing
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A server in this process whose answers a test writes as closures.
struct TestServer: Sendable {
    typealias Admit = @Sendable (inout HTTPRequest) -> HTTPAdmission
    typealias Respond = @Sendable (HTTPRequest, any EventLoop) -> HTTPOutcome

    static let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)

    let server: HTTPServer
    let address: SocketAddress

    static let collectAll: Admit = { _ in .collect(maximumBody: 64 * 1024) }

    /// Says what it was asked.
    static let describe: Respond = { request, _ in
        .ready(text("\(request.method) \(request.path)"))
    }

    static func text(_ text: String) -> HTTPResponse {
        HTTPResponse(
            status: .ok,
            headers: ["content-type": "text/plain"],
            body: .bytes(ByteBuffer(string: text))
        )
    }

    /// Runs a server during `body`, and shuts it down.
    static func with(
        configure: (inout HTTPServerConfiguration) -> Void = { _ in },
        admit: @escaping Admit = collectAll,
        respond: @escaping Respond = describe,
        body: (TestServer) async throws -> Void
    ) async throws {
        var configuration = HTTPServerConfiguration(port: 0)
        configure(&configuration)
        let server = try HTTPServer(
            configuration: configuration,
            group: group,
            logger: .init(label: "test") { _ in
                SwiftLogNoOpLogHandler()
            }
        ) { _ in ClosureResponder(admit: admit, respond: respond) }
        let address = try await server.start()
        do {
            try await body(TestServer(server: server, address: address))
        } catch {
            await server.shutdownGracefully(within: .zero)
            throw error
        }
        await server.shutdownGracefully(within: .zero)
    }

    func connect() async throws -> RawClient {
        try await RawClient.connect(to: address)
    }

    /// Sends bytes on a new connection, and gives all that comes back until the server closes.
    func exchange(_ request: String) async throws -> String {
        let client = try await connect()
        client.send(request)
        return try await client.readToEnd()
    }
}

private final class ClosureResponder: HTTPResponder {
    private let admission: TestServer.Admit
    private let response: TestServer.Respond

    init(admit: @escaping TestServer.Admit, respond: @escaping TestServer.Respond) {
        admission = admit
        response = respond
    }

    func admit(_ request: inout HTTPRequest) -> HTTPAdmission { admission(&request) }

    func respond(to request: HTTPRequest, on eventLoop: any EventLoop) -> HTTPOutcome {
        response(request, eventLoop)
    }
}

/// Requests that wait until the test answers them.
final class Gate: Sendable {
    private let (arrivals, continuation) = AsyncStream.makeStream(
        of: (HTTPRequest, EventLoopPromise<HTTPResponse>).self
    )

    func wait(_ request: HTTPRequest, _ eventLoop: any EventLoop) -> HTTPOutcome {
        let promise = eventLoop.makePromise(of: HTTPResponse.self)
        continuation.yield((request, promise))
        return .pending(promise.futureResult)
    }

    /// The next request that has arrived.
    func next() async throws -> (request: HTTPRequest, promise: EventLoopPromise<HTTPResponse>) {
        for await arrival in arrivals { return arrival }
        throw CancellationError()
    }
}

/// A value that a server closure sets and a test waits for.
final class Signal<Value: Sendable>: Sendable {
    private let (values, continuation) = AsyncStream.makeStream(of: Value.self)

    func send(_ value: Value) { continuation.yield(value) }

    func next() async throws -> Value {
        for await value in values { return value }
        throw CancellationError()
    }
}
