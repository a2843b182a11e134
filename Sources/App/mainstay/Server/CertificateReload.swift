import Foundation
import HTTPServing
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads a renewed certificate at SIGHUP, for the connections to come, and a new master key; what
/// cannot be used is told in the log, and the old one stays.
struct CertificateReload: Service {
    let server: HTTPServer
    let tls: HTTPTLSFiles?
    let keys: KeyRefresh?
    let logger: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            reload()
        }
    }

    private func reload() {
        keys?.refresh()
        guard let tls else {
            logger.info("SIGHUP: there is no certificate to read, since TLS is not served")
            return
        }
        do {
            try server.reloadCertificate()
            logger.info("the certificate was read anew")
        } catch {
            logger.error(
                "the certificate was not read anew, the old one stays: \(tls.problem(error))"
            )
        }
    }
}

extension HTTPTLSFiles {
    /// What is wrong with the files, in words, after `error` was thrown for them.
    func problem(_ error: any Error) -> String {
        for (path, name) in [(certificateChain, "certificate"), (privateKey, "key")] {
            guard access(path, R_OK) == 0 else {
                let reason = String(cString: strerror(errno))
                return "the \(name) \"\(path)\" cannot be read: \(reason)"
            }
        }
        return
            "the certificate \"\(certificateChain)\" and the key \"\(privateKey)\" cannot be used:"
            + " both have to be PEM, and belong together"
    }
}
