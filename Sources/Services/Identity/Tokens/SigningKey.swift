import Bytes
import Crypto
import JSON

/// The Ed25519 key that signs access tokens.
package struct SigningKey: Sendable {
    private let privateKey: Curve25519.Signing.PrivateKey
    let verificationKey: VerificationKey

    /// A new key.
    package init() {
        self.init(Curve25519.Signing.PrivateKey())
    }

    private init(_ privateKey: Curve25519.Signing.PrivateKey) {
        self.privateKey = privateKey
        verificationKey = VerificationKey(privateKey.publicKey)
    }

    /// The key's thumbprint (RFC 7638), which tokens name as `kid`.
    package var id: String { verificationKey.id }

    var publicJWK: JSONValue { verificationKey.publicJWK }

    func signature(of bytes: [UInt8]) throws -> [UInt8] {
        [UInt8](try privateKey.signature(for: bytes))
    }
}

/// The public half of a signing key.
struct VerificationKey: Sendable {
    let id: String
    /// The key as the key set publishes it (RFC 7517).
    let publicJWK: JSONValue
    private let publicKey: Curve25519.Signing.PublicKey

    fileprivate init(_ publicKey: Curve25519.Signing.PublicKey) {
        self.publicKey = publicKey
        let x = Base64.url.encode(publicKey.rawRepresentation)
        // The required members in alphabetical order, without white space (RFC 7638, 3; RFC 8037,
        // 2).
        let thumbprint = "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"\(x)\"}"
        id = Base64.url.encode(SHA256.hash(data: Array(thumbprint.utf8)))
        publicJWK = [
            "kty": "OKP", "crv": "Ed25519", "x": .string(x), "kid": .string(id), "use": "sig",
            "alg": "EdDSA",
        ]
    }

    func isSignature(_ signature: [UInt8], of bytes: ArraySlice<UInt8>) -> Bool {
        publicKey.isValidSignature(signature, for: bytes)
    }
}

// MARK: - Keys as JSON (RFC 8037, 2)

extension SigningKey {
    /// The key with its secret.
    var privateJWK: JSONValue {
        [
            "kty": "OKP",
            "crv": "Ed25519",
            "x": .string(verificationKey.x),
            "d": .string(Base64.url.encode(privateKey.rawRepresentation)),
        ]
    }

    /// Nil if it is not a private key of Ed25519, or its halves do not belong together.
    init?(privateJWK jwk: JSONValue) {
        guard jwk["kty"] == "OKP", jwk["crv"] == "Ed25519",
            let secret = (jwk["d"]?.stringValue).flatMap({ Base64.url.decode($0.utf8) }),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: secret),
            jwk["x"]?.stringValue == Base64.url.encode(key.publicKey.rawRepresentation)
        else { return nil }
        self.init(key)
    }
}

extension VerificationKey {
    fileprivate var x: String { Base64.url.encode(publicKey.rawRepresentation) }

    /// Nil if it is not a public key of Ed25519.
    init?(publicJWK jwk: JSONValue) {
        guard jwk["kty"] == "OKP", jwk["crv"] == "Ed25519",
            let bytes = (jwk["x"]?.stringValue).flatMap({ Base64.url.decode($0.utf8) }),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
        else { return nil }
        self.init(key)
    }
}
