import Bytes
import Crypto
import JOSE
import JSON

/// What the browser says of a ceremony, `clientDataJSON` (WebAuthn 5.8.1).
struct ClientData {
    enum Ceremony: String {
        case create = "webauthn.create"
        case get = "webauthn.get"
    }

    static let maximumLength = 8192

    /// SHA-256 of the bytes as they came: what the authenticator signed.
    let hash: [UInt8]
    private let type: String
    let challenge: [UInt8]
    private let origin: String
    private let isCrossOrigin: Bool
    private let topOrigin: String?

    init(_ bytes: [UInt8]) throws(WebAuthnError) {
        guard bytes.count <= Self.maximumLength else { throw .malformedClientData }
        let parsed = bytes.withUnsafeBytes { try? JSONParser.parse($0, maximumDepth: 8) }
        guard let parsed,
            let type = parsed["type"]?.stringValue,
            let text = parsed["challenge"]?.stringValue,
            let challenge = Base64.url.decode(text),
            let origin = parsed["origin"]?.stringValue
        else { throw .malformedClientData }
        switch parsed["crossOrigin"] {
        case nil: isCrossOrigin = false
        case .bool(let value): isCrossOrigin = value
        default: throw .malformedClientData
        }
        switch parsed["topOrigin"] {
        case nil: topOrigin = nil
        case .string(let value): topOrigin = value
        default: throw .malformedClientData
        }
        self.type = type
        self.challenge = challenge
        self.origin = origin
        hash = Array(SHA256.hash(data: bytes))
    }

    /// Steps 7 to 11 of registration, 11 to 15 of an assertion.
    func verify(
        _ ceremony: Ceremony,
        challenge expected: [UInt8],
        for party: RelyingParty
    ) throws(WebAuthnError) {
        guard type == ceremony.rawValue else { throw .wrongType }
        guard isEqualInConstantTime(challenge, expected) else { throw .wrongChallenge }
        guard party.origins.contains(origin) else { throw .wrongOrigin }
        guard isCrossOrigin else {
            guard topOrigin == nil else { throw .crossOrigin }
            return
        }
        guard let topOrigin, party.topOrigins.contains(topOrigin) else { throw .crossOrigin }
    }
}
