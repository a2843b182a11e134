import Bytes
import JSON

/// A signed statement of what was erased (RFC 7515): `typ` is `erasure-receipt+jwt`, so that it can be
/// taken for no token of another kind.
enum ErasureReceipt {
    private static let type = "erasure-receipt+jwt"
    private static let maximumLength = 16_384

    static func sign(_ claims: JSONValue, with keys: SigningKeys) -> String? {
        let key = keys.snapshot.active
        let header: JSONValue = ["alg": "EdDSA", "typ": .string(type), "kid": .string(key.id)]
        let signed =
            Base64.url.encode(header.description.utf8) + "."
            + Base64.url.encode(claims.description.utf8)
        return (try? key.signature(of: Array(signed.utf8))).map {
            signed + "." + Base64.url.encode($0)
        }
    }

    /// A receipt as it is read.
    struct Parsed {
        let id: String
        let account: String
        /// Whether a key of this server signed it; nil if the key is not kept any more.
        let isSigned: Bool?
    }

    /// Nil for anything that is not in the form of a receipt.
    static func parse(_ text: String, keys: SigningKeys) -> Parsed? {
        guard text.utf8.count <= maximumLength else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = json(parts[0]), let claims = json(parts[1]),
            header["alg"] == "EdDSA", header["typ"]?.stringValue == type,
            let signature = Base64.url.decode(parts[2]),
            let id = claims["jti"]?.stringValue, let account = claims["sub"]?.stringValue
        else { return nil }
        let snapshot = keys.snapshot
        let known = [snapshot.active.verificationKey] + snapshot.retired.map(\.key)
        let signed = Array(text.utf8.prefix(parts[0].count + 1 + parts[1].count))
        let key = known.first { $0.id == header["kid"]?.stringValue }
        return Parsed(
            id: id,
            account: account,
            isSigned: key.map { $0.isSignature(signature, of: signed[...]) }
        )
    }

    private static func json(_ part: Substring.UTF8View) -> JSONValue? {
        Base64.url.decode(part).flatMap {
            try? JSONParser.parse(String(decoding: $0, as: UTF8.self))
        }
    }
}
