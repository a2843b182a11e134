import Logging
import REST
import ServiceLifecycle

/// Makes the process unready as soon as it is told to stop, before anything else stops.
struct Drain: Service {
    let readiness: Readiness
    let logger: Logger

    func run() async throws {
        try await gracefulShutdown()
        readiness.startDraining()
        logger.info("draining: requests in flight are finished")
    }
}
