import Encryption
import Engine
import Foundation
import Logging
import ModelLanguage
import ServiceLifecycle
import Storage

/// The keys that seal what is secret, where a model has something that is.
enum Secrets {
    /// A ring without keys yet: `load` gets them once the database is migrated.
    ///
    /// Nil if the model has nothing to seal, so that no key is made for it.
    static func ring(for model: Model, directory: String) throws -> KeyRing? {
        guard model.accounts != nil || hasEncryptedFields(model) else { return nil }
        // The master key comes before the database, which makes the directory where it comes first.
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let source = MasterKeySource(
            directory: directory,
            environment: ProcessInfo.processInfo.environment
        )
        return KeyRing(masters: try source.keys(), source: source)
    }

    private static func hasEncryptedFields(_ model: Model) -> Bool {
        model.collections.contains { collection in
            collection.fields.contains { $0.encryption != nil }
        }
    }

    /// The keys of CSRF tokens: the same for all processes over one database, and after a restart.
    static func browserSecrets(_ ring: KeyRing) -> [[UInt8]] {
        let name = Array("browser sessions".utf8)
        return ((try? ring.blindIndexes(name, context: "csrf")) ?? []).map { Array($0.utf8) }
    }
}

/// Learns of keys that other processes made, every few seconds.
struct KeyRefresh: Service {
    let ring: KeyRing
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(5))
                refresh()
            }
        }
    }

    /// One round, which SIGHUP asks for as well.
    func refresh() {
        do {
            if try ring.refresh(runsCommand: true) { logger.info("the master key was read anew") }
        } catch {
            logger.warning("new keys could not be read: \(error)")
        }
    }
}
