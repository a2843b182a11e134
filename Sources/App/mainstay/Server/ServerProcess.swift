import AccountsAPI
import Engine
import HTTPServing
import Identity
import Logging
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

    func run() async throws {
        let logger = Log.make(settings)
        let store = try SQLiteStore(directory: settings.data)
        defer { store.close() }
        let migration = try StartMigration.run(
            store,
            to: model,
            isAutomatic: settings.migratesAutomatically
        )
        log(migration, to: logger)
        let engine = Engine(model: model, store: store)
        let keys = try model.accounts.map { _ in
            try SigningKeys(directory: settings.data + "/keys")
        }
        let identity = try keys.map { try IdentityService(engine: engine, keys: $0) }
        let readiness = Readiness()
        let pool = ReadPool(engine: engine, threads: settings.readThreads, capacity: 64)
        pool.start()
        let interface = RESTInterface(
            engine: engine,
            identity: identity,
            configuration: restConfiguration,
            documents: RESTDocuments(
                model: model,
                openAPI: OpenAPIDocument(
                    model: model,
                    endpoints: AccountEndpoints.descriptions(for: model),
                    configuration: .standard
                )
            ),
            pool: pool,
            readiness: readiness,
            logger: logger
        )
        let group = MultiThreadedEventLoopGroup(numberOfThreads: settings.threads)
        let listener = try publicServer(interface, group: group, logger: logger)
        let operators = try operatorServer(
            listener: listener,
            group: group,
            readiness: readiness,
            logger: logger
        )
        let scheme = settings.tls == nil ? "http" : "https"
        let services: [any Service] = [
            Maintenance(engine: engine, identity: identity, logger: logger),
            CertificateReload(server: listener, tls: settings.tls, logger: logger),
            Listening(server: operators, option: "--operator-port") { port in
                logger.info("metrics are at http://\(settings.operatorHost):\(port)/metrics")
            },
            Listening(server: listener, option: "--port") { port in
                logger.info(
                    "\(model.name) is at \(scheme)://\(settings.host):\(port), its documentation at /docs"
                )
            },
            Drain(readiness: readiness, logger: logger),
        ]
        let serviceGroup = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map {
                    ServiceGroupConfiguration.ServiceConfiguration(service: $0)
                },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        try await serviceGroup.run()
        try await pool.stop()
        try await group.shutdownGracefully()
        logger.info("stopped")
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

    private var restConfiguration: RESTConfiguration {
        var configuration = RESTConfiguration()
        configuration.maximumBody = settings.maximumBody
        configuration.allowedOrigins = settings.origins
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
        logger: Logger
    ) throws -> HTTPServer {
        let metrics: @Sendable () -> String = {
            listener.metrics.prometheusText(listener: "public") + ProcessMetrics.prometheusText()
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
