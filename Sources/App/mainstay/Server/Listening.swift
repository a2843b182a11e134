import HTTPServing
import NIOCore
import ServiceLifecycle

/// A server as part of the service group: by the time it tells its port, signals are handled.
struct Listening: Service {
    let server: HTTPServer
    /// The option that sets its port.
    let option: String
    /// Called with the port, which the system may have chosen, once the server listens.
    let announce: @Sendable (_ port: Int) -> Void

    init(
        server: HTTPServer,
        option: String,
        announce: @escaping @Sendable (_ port: Int) -> Void
    ) {
        self.server = server
        self.option = option
        self.announce = announce
    }

    func run() async throws {
        announce(try await start().port ?? 0)
        try await server.run()
    }

    private func start() async throws -> SocketAddress {
        do {
            return try await server.start()
        } catch let error as HTTPServer.LifecycleError {
            throw CommandError("\(error.description) It is set by \(option).")
        }
    }
}
