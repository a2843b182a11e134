import Bytes
import Engine
import JSON

/// Access tokens as text: a signed JWT, of which the header is always the same for a key.
///
/// A verifier that takes from the header how to verify is what attacks on JWT live on (RFC 8725,
/// 2.1). This one has a single algorithm and reads no header: the header's text has to be, byte for
/// byte, the one that this server writes for one of its keys. So `alg: none`, another algorithm, a
/// foreign or embedded key, and whatever else a header can say, are the same thing: not our token.
struct AccessTokenFormat: Sendable {
    /// In bytes; longer texts are not worth looking at.
    static let maximumLength = 2_048

    /// A token that this server signed.
    struct Decoded {
        let claims: AccessClaims
        /// Seconds since 1970; nil for the key that signs.
        let keyRetired: Int64?
    }

    private let active: SigningKey
    private let header: [UInt8]
    /// By the header's text.
    private let keys: [String: (key: VerificationKey, retired: Int64?)]

    init(keys: SigningKeys.Snapshot) {
        active = keys.active
        header = Array((Self.header(of: keys.active.id) + ".").utf8)
        var known = [
            Self.header(of: keys.active.id): (
                key: keys.active.verificationKey, retired: Int64?.none
            )
        ]
        for retired in keys.retired where retired.key.id != keys.active.id {
            known[Self.header(of: retired.key.id)] = (retired.key, retired.retired)
        }
        self.keys = known
    }

    private static func header(of id: String) -> String {
        let header: JSONValue = ["alg": "EdDSA", "typ": "at+jwt", "kid": .string(id)]
        return Base64.url.encode(header.description.utf8)
    }

    func encode(_ claims: AccessClaims) throws(Problem) -> String {
        let payload = Base64.url.encode(claims.json.description.utf8)
        let signed = header + Array(payload.utf8)
        guard let signature = try? active.signature(of: signed) else {
            throw Problem(.internalError)
        }
        return String(decoding: signed, as: UTF8.self) + "." + Base64.url.encode(signature)
    }

    /// The claims of a token that this server signed; nil of anything else.
    ///
    /// Nothing of a token is read before its signature is found good.
    func decode(_ token: String) -> Decoded? {
        let bytes = Array(token.utf8)
        guard let dot = bytes.firstIndex(of: UInt8(ascii: ".")),
            let (key, retired) = keys[String(decoding: bytes[..<dot], as: UTF8.self)],
            let end = bytes.lastIndex(of: UInt8(ascii: ".")), end > dot + 1,
            let signature = Base64.url.decode(bytes[(end + 1)...]), signature.count == 64,
            key.isSignature(signature, of: bytes[..<end]),
            let payload = Base64.url.decode(bytes[(dot + 1)..<end]),
            let json = payload.withUnsafeBytes({ try? JSONParser.parse($0, maximumDepth: 2) }),
            let claims = AccessClaims(json: json)
        else { return nil }
        return Decoded(claims: claims, keyRetired: retired)
    }
}
