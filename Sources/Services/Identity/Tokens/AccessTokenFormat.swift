import Engine
import JSON

/// Access tokens as text: a signed JWT whose header is always the same.
///
/// A verifier that takes from the header how to verify is what attacks on JWT live on (RFC 8725,
/// 2.1). This one has a single key and algorithm and reads no header: the header's text has to be,
/// byte for byte, the one that this server writes. So `alg: none`, another algorithm, a foreign or
/// embedded key, and whatever else a header can say, are the same thing: not our token.
struct AccessTokenFormat: Sendable {
    /// In bytes; longer texts are not worth looking at.
    static let maximumLength = 2_048

    private let key: SigningKey
    private let header: [UInt8]

    init(key: SigningKey) {
        self.key = key
        let header: JSONValue = ["alg": "EdDSA", "typ": "at+jwt", "kid": .string(key.id)]
        self.header = Array((Base64.encodeURL(header.description.utf8) + ".").utf8)
    }

    func encode(_ claims: AccessClaims) throws(Problem) -> String {
        let payload = Base64.encodeURL(claims.json.description.utf8)
        let signed = header + Array(payload.utf8)
        guard let signature = try? key.signature(of: signed) else { throw Problem(.internalError) }
        return String(decoding: signed, as: UTF8.self) + "." + Base64.encodeURL(signature)
    }

    /// The claims of a token that this server signed; nil of anything else.
    ///
    /// Nothing of a token is read before its signature is found good.
    func decode(_ token: String) -> AccessClaims? {
        let bytes = Array(token.utf8)
        guard bytes.starts(with: header), let end = bytes.lastIndex(of: UInt8(ascii: ".")),
            end > header.count,
            let signature = Base64.decodeURL(bytes[(end + 1)...]), signature.count == 64,
            key.isSignature(signature, of: bytes[..<end]),
            let payload = Base64.decodeURL(bytes[header.count..<end]),
            let json = payload.withUnsafeBytes({ try? JSONParser.parse($0, maximumDepth: 2) })
        else { return nil }
        return AccessClaims(json: json)
    }
}
