import AccountsAPI
import Encryption
import Engine
import HTTPServing
import Identity
import Logging
import Mail
import ModelLanguage
import NIOCore
import NIOPosix
import OpenAPI
import REST
import SQLite
import ServiceLifecycle
import Storage
import UnixSignals

/// The composition root: settings ⇒ store ⇒ engine ⇒ services ⇒ interfaces ⇒ one service group.
struct ServerProcess {
    let model: Model
    let settings: ServerSettings
    /// Where the model's file is, and what belongs to it.
    let modelFolder: String

    func run() async throws {
        let logger = Log.make(settings)
        let ring = try Secrets.ring(for: model, directory: settings.data)
        let store = try openStore(ring, logger: logger)
        defer { store.close() }
        let engine = Engine(model: model, store: store)
        try await ring?.load(from: store, makesKeys: true, now: engine.clock.now())
        let group = MultiThreadedEventLoopGroup(numberOfThreads: settings.threads)
        let accounts = try AccountServices(
            engine: engine,
            ring: ring,
            settings: settings,
            modelFolder: modelFolder,
            group: group,
            logger: logger
        )
        let readiness = Readiness()
        let pool = ReadPool(engine: engine, threads: settings.readThreads, capacity: 64)
        pool.start()
        let interface = RESTInterface(
            engine: engine,
            identity: accounts?.identity,
            configuration: restConfiguration(accounts),
            documents: documents(),
            pool: pool,
            readiness: readiness,
            logger: logger
        )
        let listener = try publicServer(interface, group: group, logger: logger)
        let operators = try operatorServer(
            listener: listener,
            group: group,
            readiness: readiness,
            mails: accounts?.mailMetrics,
            logger: logger
        )
        var services: [any Service] = accounts?.services ?? []
        let keys = ring.map { KeyRefresh(ring: $0, logger: logger) }
        if let keys { services.append(keys) }
        services += [
            Maintenance(engine: engine, identity: accounts?.identity, logger: logger),
            CertificateReload(server: listener, tls: settings.tls, keys: keys, logger: logger),
        ]
        services += listening(listener: listener, operators: operators, logger: logger)
        services.append(Drain(readiness: readiness, logger: logger))
        try await serviceGroup(of: services, logger: logger).run()
        try await pool.stop()
        try await group.shutdownGracefully()
        logger.info("stopped")
    }

    /// The store, migrated to the model.
    private func openStore(_ ring: KeyRing?, logger: Logger) throws -> SQLiteStore {
        var options = SQLiteOptions()
        options.cipher = ring
        let store = try SQLiteStore(directory: settings.data, options: options)
        do {
            let migration = try StartMigration.run(
                store,
                to: model,
                isAutomatic: settings.migratesAutomatically
            )
            log(migration, to: logger)
            return store
        } catch {
            store.close()
            throw error
        }
    }

    private func documents() -> RESTDocuments {
        RESTDocuments(model: model) { [model] in
            OpenAPIDocument(
                model: model,
                endpoints: AccountEndpoints.descriptions(for: model),
                configuration: .standard
            )
        }
    }

    /// Both servers, and what the log says of them once they listen.
    private func listening(
        listener: HTTPServer,
        operators: HTTPServer,
        logger: Logger
    ) -> [any Service] {
        let scheme = settings.tls == nil ? "http" : "https"
        return [
            Listening(server: operators, option: "--operator-port") { port in
                logger.info("metrics are at http://\(settings.operatorHost):\(port)/metrics")
            },
            Listening(server: listener, option: "--port") { port in
                logger.info(
                    "\(model.name) is at \(scheme)://\(settings.host):\(port), its documentation at /docs"
                )
            },
        ]
    }

    private func serviceGroup(of services: [any Service], logger: Logger) -> ServiceGroup {
        ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map {
                    // Named by their types: the default name is all that a service holds, keys and
                    // passwords too, and goes into the log.
                    ServiceGroupConfiguration.ServiceConfiguration(
                        service: $0,
                        serviceName: "\(type(of: $0))"
                    )
                },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
    }

    private func log(_ migration: MigrationPlan, to logger: Logger) {
        guard migration.baseline == 0, !migration.isEmpty else {
            for step in migration.steps { logger.info("migrated: \(step.description)") }
            return
        }
        let collections = Console.count(model.collections.count, "collection")
        let others = migration.schema.tables.count - model.collections.count
        logger.info(
            "made the database: \(collections), \(Console.count(others, "system table"))"
        )
    }

    private func publicServer(
        _ interface: RESTInterface,
        group: MultiThreadedEventLoopGroup,
        logger: Logger
    ) throws -> HTTPServer {
        do {
            return try HTTPServer(
                configuration: configuration(routes: interface.routeNames, logger: logger),
                group: group,
                logger: Self.quiet(logger)
            ) { try interface.makeResponder(on: $0) }
        } catch {
            // Nothing but its certificate keeps a server from being made.
            throw settings.tls.map { CommandError($0.problem(error)) } ?? error
        }
    }

    /// Servers tell what they do at their start and end, which the log has in other words.
    private static func quiet(_ logger: Logger) -> Logger {
        var quiet = logger
        quiet.logLevel = .notice
        return quiet
    }

    private func restConfiguration(_ accounts: AccountServices?) -> RESTConfiguration {
        var configuration = RESTConfiguration()
        configuration.maximumBody = settings.maximumBody
        configuration.allowedOrigins = settings.origins
        configuration.publicOrigin = settings.accounts.publicURL?.origin
        configuration.trustedProxies =
            TrustedProxies(settings.accounts.trustedProxies) ?? TrustedProxies()
        if let accounts { configuration.browserSessions = accounts.browsers }
        return configuration
    }

    private func configuration(routes: [String], logger: Logger) -> HTTPServerConfiguration {
        var configuration = HTTPServerConfiguration(host: settings.host, port: settings.port)
        configuration.tls = settings.tls
        configuration.limits.connections = settings.maximumConnections
        configuration.limits.connectionsPerAddress = settings.maximumConnectionsPerAddress
        configuration.routes = routes
        configuration.constantHeaders = [
            ("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer"),
        ]
        if settings.tls != nil {
            configuration.constantHeaders.append(
                ("strict-transport-security", "max-age=31536000")
            )
        }
        configuration.renderProblem = { HTTPResponse($0, trace: $1) }
        configuration.drainGrace = .seconds(settings.drainSeconds)
        if settings.logsAccess {
            configuration.accessLog = { Log.access($0, to: logger) }
        }
        return configuration
    }

    private func operatorServer(
        listener: HTTPServer,
        group: MultiThreadedEventLoopGroup,
        readiness: Readiness,
        mails: MailMetrics?,
        logger: Logger
    ) throws -> HTTPServer {
        let metrics: @Sendable () -> String = {
            listener.metrics.prometheusText(listener: "public") + ProcessMetrics.prometheusText()
                + (mails?.prometheusText() ?? "")
        }
        let configuration = HTTPServerConfiguration(
            host: settings.operatorHost,
            port: settings.operatorPort
        )
        return try HTTPServer(
            configuration: configuration,
            group: group,
            logger: Self.quiet(logger)
        ) { _ in
            OperatorResponder(readiness: readiness, metrics: metrics)
        }
    }
}
