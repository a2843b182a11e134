import Encryption
import Logging
import ServiceLifecycle

/// Has the server seal with the newest key soon after another process has made one.
struct KeyWatch: Service {
    let ring: KeyRing?
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(10))
                runOnce()
            }
        }
    }

    /// One look; the keys that are known go on sealing where it fails.
    func runOnce() {
        do throws(EncryptionError) {
            try ring?.refresh()
        } catch {
            logger.warning("the keys could not be read: \(error)")
        }
    }
}
