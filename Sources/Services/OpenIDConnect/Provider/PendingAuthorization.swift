import Bytes
import Crypto
import JOSE
package import JSON

/// What has to be remembered of a person who was sent to a provider, until they come back.
///
/// It holds secrets: it is to be kept where the browser cannot read it, bound to the browser that
/// started, and used once.
package struct PendingAuthorization: Sendable, Hashable {
    package let provider: String
    package let nonce: String
    /// The secret of PKCE (RFC 7636).
    package let codeVerifier: String
    /// Where the provider sends the code to.
    package let redirectURI: String

    init(provider: String, redirectURI: String) {
        self.provider = provider
        self.redirectURI = redirectURI
        nonce = Self.secret()
        codeVerifier = Self.secret()
    }

    /// 256 bits from the system's generator.
    private static func secret() -> String {
        Base64.url.encode([UInt8].random(count: 32))
    }

    /// What is told of the verifier at first (RFC 7636, 4.2).
    var codeChallenge: String {
        Base64.url.encode(SHA256.hash(data: Array(codeVerifier.utf8)))
    }

    package var json: JSONValue {
        [
            "provider": .string(provider), "nonce": .string(nonce),
            "code_verifier": .string(codeVerifier), "redirect_uri": .string(redirectURI),
        ]
    }

    package init?(json: JSONValue) {
        guard let provider = json["provider"]?.stringValue, let nonce = json["nonce"]?.stringValue,
            let codeVerifier = json["code_verifier"]?.stringValue,
            let redirectURI = json["redirect_uri"]?.stringValue
        else { return nil }
        self.provider = provider
        self.nonce = nonce
        self.codeVerifier = codeVerifier
        self.redirectURI = redirectURI
    }
}
