import HTTPServing
import NIOCore
import ServiceLifecycle

/// A server as part of the service group: by the time it tells its port, signals are handled.
struct Listening: Service {
    let server: HTTPServer
    /// Called with the port, which the system may have chosen, once the server listens.
    let announce: @Sendable (_ port: Int) -> Void

    init(server: HTTPServer, announce: @escaping @Sendable (_ port: Int) -> Void) {
        self.server = server
        self.announce = announce
    }

    func run() async throws {
        let address = try await server.start()
        announce(address.port ?? 0)
        try await server.run()
    }
}
