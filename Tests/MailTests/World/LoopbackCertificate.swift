import Foundation
import NIOSSL

/// A certificate for localhost and 127.0.0.1, signed by itself.
enum LoopbackCertificate {
    /// A file with the certificate, to trust it.
    static func trustFile() throws -> String {
        let path = NSTemporaryDirectory() + "/loopback-\(UUID().uuidString).pem"
        try certificate.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    static func serverContext() throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8))
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
            )
        )
    }

    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBmzCCAUGgAwIBAgIUZXQQGclt2CKIqElP28ZiOH8EjOowCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTExNDkzN1oYDzIxMjYxMDI4
        MTE0OTM3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAAQmoWHRQzqQAPO6viDUKcfLdy/2fIEP07BnLdo/cOT4CeB9hffMNUpt
        DswMkEfwUi70ax+VjXbLQc7U+GXtiYTlo28wbTAdBgNVHQ4EFgQUdFh9cUZGrYPU
        +gRYAot966erpf4wHwYDVR0jBBgwFoAUdFh9cUZGrYPU+gRYAot966erpf4wDwYD
        VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
        zj0EAwIDSAAwRQIhAJfBTFqf47dQ/ncMx/yF89dyezdLrtzmVVYvDAkEibhDAiBM
        CXk7i8UvjnTG/nh1pLo1MJypwvtN4IRshtIOjDeJIQ==
        -----END CERTIFICATE-----
        """

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg+7T9D0ouwmgR/yEu
        oC9GEoavz7nqxbcAdh1jYplIvNihRANCAAQmoWHRQzqQAPO6viDUKcfLdy/2fIEP
        07BnLdo/cOT4CeB9hffMNUptDswMkEfwUi70ax+VjXbLQc7U+GXtiYTl
        -----END PRIVATE KEY-----
        """
}
