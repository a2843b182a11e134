/// Why a token or a key is refused.
///
/// The words are for logs and operators; they hold nothing of the token and nothing of the key.
package enum JOSEError: Error, Sendable, Hashable {
    /// Not a compact JWS (RFC 7515, 7.1), or one that says what this reader does not understand.
    case malformedToken(String)
    /// Not a JSON Web Key (RFC 7517), or one that must not verify signatures.
    case unusableKey(String)
    /// The token's algorithm is none that the caller allows.
    case algorithmNotAllowed
    /// The token's `typ` is none that the caller allows.
    case typeNotAllowed
    /// No key has the token's `kid`, or none is fit for its algorithm.
    case unknownKey
    /// Several keys could be meant.
    case ambiguousKey
    case wrongSignature
}

extension JOSEError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformedToken(let reason): "the token is malformed: \(reason)"
        case .unusableKey(let reason): "the key cannot be used: \(reason)"
        case .algorithmNotAllowed: "the token's algorithm is not allowed"
        case .typeNotAllowed: "the token's type is not allowed"
        case .unknownKey: "there is no key for the token"
        case .ambiguousKey: "more than one key could be meant by the token"
        case .wrongSignature: "the token's signature is wrong"
        }
    }
}
