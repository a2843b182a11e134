import Identity
import Logging
import ServiceLifecycle

/// Learns every few seconds what other processes did with the accounts: sessions that they ended, and
/// signing keys that they rotated.
struct AccountUpkeep: Service {
    let identity: IdentityService
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(4))
                await runOnce()
            }
        }
    }

    /// One round; what it cannot do now it does in the next.
    func runOnce() async {
        do {
            try await identity.readRevocations()
            if try identity.keys.reload() { logger.info("the signing keys were read anew") }
        } catch {
            logger.warning("accounts could not be kept up: \(ErrorText.text(of: error))")
        }
    }
}
