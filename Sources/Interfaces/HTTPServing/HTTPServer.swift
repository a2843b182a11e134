package import Logging
package import NIOCore
import NIOPosix
import Synchronization

/// A listener with everything behind it, up to the responders: HTTP/1.1 and HTTP/2, cleartext or
/// TLS.
///
///     let server = HTTPServer(configuration: .init(port: 8080), group: group, logger: logger) { loop in
///         MyResponder(loop)
///     }
///     let address = try await server.start()
///     …
///     await server.shutdownGracefully(within: .seconds(20))
///
/// Several servers (a public port and an operator's port) may share a group. A server is started once.
package final class HTTPServer: Sendable {
    private enum State {
        case idle
        case starting
        case running(any Channel, [NIOLoopBound<ServerLoop>])
        case stopped
    }

    package let configuration: HTTPServerConfiguration
    /// Counters since the start.
    package let metrics: HTTPMetrics

    private let shared: ServerShared
    private let group: any EventLoopGroup
    private let makeResponder: @Sendable (any EventLoop) throws -> any HTTPResponder
    private let state = Mutex(State.idle)

    /// Throws if there is TLS to be served, and its files cannot be used.
    package init(
        configuration: HTTPServerConfiguration,
        group: any EventLoopGroup,
        logger: Logger,
        makeResponder: @escaping @Sendable (any EventLoop) throws -> any HTTPResponder
    ) throws {
        self.configuration = configuration
        self.group = group
        self.makeResponder = makeResponder
        shared = try ServerShared(configuration: configuration, logger: logger)
        let routes = configuration.routes.isEmpty ? ["other"] : configuration.routes
        metrics = HTTPMetrics(
            loops: Array(group.makeIterator()).map { _ in LoopCounters(routes: routes.count) },
            routes: routes
        )
    }

    /// Makes a responder for each event loop, and listens.
    ///
    /// The address tells the port that the system chose. Throws a ``LifecycleError`` where there is
    /// no listening on the configured address, or what `makeResponder` throws; it may then be tried
    /// again.
    @discardableResult
    package func start() async throws -> SocketAddress {
        try state.withLock { state in
            guard case .idle = state else { throw LifecycleError.alreadyStarted }
            state = .starting
        }
        do {
            var loops: [NIOLoopBound<ServerLoop>] = []
            for (eventLoop, counters) in zip(Array(group.makeIterator()), metrics.loops) {
                let loop = try await eventLoop.submit { [shared, makeResponder] in
                    NIOLoopBound(
                        ServerLoop(
                            eventLoop: eventLoop,
                            shared: shared,
                            responder: try makeResponder(eventLoop),
                            counters: counters
                        ),
                        eventLoop: eventLoop
                    )
                }.get()
                loops.append(loop)
            }
            let eventLoops = Array(group.makeIterator()).map { ObjectIdentifier($0) }
            let listener = Listener(
                shared: shared,
                loops: Dictionary(uniqueKeysWithValues: zip(eventLoops, loops))
            )
            let channel = try await listener.bind(on: group)
            guard let address = channel.localAddress else { throw ChannelError.ioOnClosedChannel }
            state.withLock { $0 = .running(channel, loops) }
            shared.logger.info(
                "listening",
                metadata: ["address": "\(address)", "tls": "\(isTLS)"]
            )
            return address
        } catch {
            state.withLock { $0 = .idle }
            throw error
        }
    }

    /// Accepts no more, ends idle connections, lets requests in flight be answered for up to
    /// `grace`, and closes the rest.
    package func shutdownGracefully(within grace: Duration) async {
        let running = state.withLock { state -> (any Channel, [NIOLoopBound<ServerLoop>])? in
            guard case .running(let channel, let loops) = state else { return nil }
            state = .stopped
            return (channel, loops)
        }
        guard let (channel, loops) = running else { return }
        try? await channel.close().get()
        let eventLoops = Array(group.makeIterator())
        let drains = zip(eventLoops, loops).map { eventLoop, loop in
            eventLoop.flatSubmit { loop.value.drain() }
        }
        let timer = channel.eventLoop.scheduleTask(in: TimeAmount(grace)) {
            for (eventLoop, loop) in zip(eventLoops, loops) {
                eventLoop.execute { loop.value.abort() }
            }
        }
        for drain in drains { try? await drain.get() }
        timer.cancel()
        shared.logger.info("stopped listening")
    }

    /// Reads the certificate and its key anew, for the connections to come; throws, and keeps the
    /// old ones, if they cannot be used.
    package func reloadCertificate() throws {
        try shared.loadCertificate()
        shared.logger.info("certificate reloaded")
    }

    private var isTLS: Bool { configuration.tls != nil }
}
