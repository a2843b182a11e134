import Foundation
import HTTPServing
import Logging
import NIOCore
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1))) struct StartTests {
    typealias Problem = HTTPServer.LifecycleError

    private final class Nothing: HTTPResponder {
        func admit(_ request: inout HTTPRequest) -> HTTPAdmission {
            .respond(HTTPResponse(status: .notFound))
        }

        func respond(to request: HTTPRequest, on eventLoop: any EventLoop) -> HTTPOutcome {
            .ready(HTTPResponse(status: .notFound))
        }
    }

    private func server(host: String, port: Int) throws -> HTTPServer {
        try HTTPServer(
            configuration: HTTPServerConfiguration(host: host, port: port),
            group: TestServer.group,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { _ in Nothing() }
    }

    @Test func `a taken port is named, and may be tried again`() async throws {
        let first = try server(host: "127.0.0.1", port: 0)
        let port = try #require(try await first.start().port)
        let second = try server(host: "127.0.0.1", port: port)
        let taken = Problem.addressInUse(host: "127.0.0.1", port: port)
        await #expect(throws: taken) { try await second.start() }
        #expect(
            "\(taken)"
                == "Port \(port) of \"127.0.0.1\" is taken: another process listens there. "
                + "Choose another port, or stop that process."
        )
        await first.shutdownGracefully(within: .zero)
        #expect(try await second.start().port == port)
        await second.shutdownGracefully(within: .zero)
    }

    @Test func `an address of another machine is told apart`() async throws {
        // TEST-NET-1 of RFC 5737, which no machine has.
        let server = try server(host: "192.0.2.1", port: 0)
        await #expect(throws: Problem.addressNotLocal(host: "192.0.2.1", port: 0)) {
            try await server.start()
        }
    }

    @Test func `a host that is no name is told apart`() async throws {
        let server = try server(host: "no such host", port: 0)
        await #expect(throws: Problem.hostUnknown("no such host")) { try await server.start() }
    }

    @Test func `what the system does not permit, and all else, is explained`() {
        let denied = IOError(errnoCode: EACCES, reason: "bind")
        let problem = Problem(denied, host: "::", port: 80)
        #expect(problem == .portNotPermitted(host: "::", port: 80))
        #expect("\(problem)".contains("ports below 1024"))
        let full = IOError(errnoCode: EMFILE, reason: "socket")
        let other = Problem(full, host: "::", port: 80)
        #expect("\(other)" == "There is no listening on port 80 of \"::\": Too many open files.")
    }

    @Test func `a server is started once`() async throws {
        try await TestServer.with { server in
            await #expect(throws: Problem.alreadyStarted) { try await server.server.start() }
        }
    }
}
