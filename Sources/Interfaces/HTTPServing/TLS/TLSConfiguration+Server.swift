import NIOCore
import NIOSSL

extension TLSConfiguration {
    /// TLS 1.3 only, with HTTP/2 preferred.
    static func server(_ files: HTTPTLSFiles) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(files.certificateChain)
                .map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: files.privateKey, format: .pem))
        )
        configuration.minimumTLSVersion = .tlsv13
        configuration.applicationProtocols = ["h2", "http/1.1"]
        // A client that is gone does not answer close_notify: do not wait for it.
        configuration.shutdownTimeout = .milliseconds(500)
        return configuration
    }
}
