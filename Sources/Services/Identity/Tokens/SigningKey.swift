import Crypto
package import JSON

/// The Ed25519 key that signs access tokens.
package struct SigningKey: Sendable {
    /// The key's thumbprint (RFC 7638), which tokens name as `kid`.
    package let id: String
    /// The public half as a key set (RFC 7517), for `/.well-known/jwks.json`.
    package let jwks: JSONValue

    private let privateKey: Curve25519.Signing.PrivateKey
    private let publicKey: Curve25519.Signing.PublicKey

    /// A new key.
    package init() {
        self.init(Curve25519.Signing.PrivateKey())
    }

    private init(_ privateKey: Curve25519.Signing.PrivateKey) {
        self.privateKey = privateKey
        publicKey = privateKey.publicKey
        let x = Base64.encodeURL(publicKey.rawRepresentation)
        // The required members in alphabetical order, without white space (RFC 7638, 3; RFC 8037,
        // 2).
        let thumbprint = "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"\(x)\"}"
        id = Base64.encodeURL(SHA256.hash(data: Array(thumbprint.utf8)))
        jwks = [
            "keys": [
                [
                    "kty": "OKP", "crv": "Ed25519", "x": .string(x), "kid": .string(id),
                    "use": "sig", "alg": "EdDSA",
                ]
            ]
        ]
    }

    func signature(of bytes: [UInt8]) throws -> [UInt8] {
        [UInt8](try privateKey.signature(for: bytes))
    }

    func isSignature(_ signature: [UInt8], of bytes: ArraySlice<UInt8>) -> Bool {
        publicKey.isValidSignature(signature, for: bytes)
    }
}

// MARK: - The private key as JSON (RFC 8037, 2)

extension SigningKey {
    /// The key with its secret.
    var privateJWK: JSONValue {
        [
            "kty": "OKP",
            "crv": "Ed25519",
            "x": .string(Base64.encodeURL(publicKey.rawRepresentation)),
            "d": .string(Base64.encodeURL(privateKey.rawRepresentation)),
        ]
    }

    /// Nil if it is not a private key of Ed25519, or its halves do not belong together.
    init?(privateJWK jwk: JSONValue) {
        guard jwk["kty"] == "OKP", jwk["crv"] == "Ed25519",
            let secret = (jwk["d"]?.stringValue).flatMap({ Base64.decodeURL($0.utf8) }),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: secret),
            jwk["x"]?.stringValue == Base64.encodeURL(key.publicKey.rawRepresentation)
        else { return nil }
        self.init(key)
    }
}
