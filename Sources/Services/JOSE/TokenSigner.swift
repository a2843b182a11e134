import Bytes
import Crypto
package import JSON

/// Signs tokens with ES256, as services that take a signed client secret want them.
package struct TokenSigner: Sendable {
    private let key: P256.Signing.PrivateKey
    /// What tokens name as `kid`.
    private let id: String

    /// Signs with a key on P-256, given as PKCS #8 or SEC 1 in PEM.
    package init(pem: String, id: String) throws(JOSEError) {
        guard let key = try? P256.Signing.PrivateKey(pemRepresentation: pem) else {
            throw .unusableKey("it is no private key on P-256 in PEM")
        }
        self.key = key
        self.id = id
    }

    /// A token with these claims.
    package func token(_ claims: JSONValue) throws(JOSEError) -> String {
        let header: JSONValue = ["alg": "ES256", "kid": .string(id), "typ": "JWT"]
        let text =
            Base64.url.encode(header.description.utf8) + "."
            + Base64.url.encode(claims.description.utf8)
        guard let signature = try? key.signature(for: Array(text.utf8)) else {
            throw .unusableKey("it does not sign")
        }
        return text + "." + Base64.url.encode(signature.rawRepresentation)
    }
}
