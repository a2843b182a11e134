import Engine
import Identity
import Logging
import ServiceLifecycle

/// Removes what has expired, once a minute: idempotency records and sessions.
struct Maintenance: Service {
    let engine: Engine
    let identity: IdentityService?
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await runOnce()
                try? await Task.sleep(for: .seconds(60))
            }
        }
    }

    /// One round; what it cannot do now it does in the next.
    func runOnce() async {
        do {
            // Each sweep is bounded, so that writes in between do not wait long.
            while try await engine.sweepIdempotencyRecords() >= 500, !Task.isCancelled {}
            if let identity { while try await identity.sweep() >= 500, !Task.isCancelled {} }
        } catch {
            logger.warning("expired records could not be removed: \(error)")
        }
    }
}
