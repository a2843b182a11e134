/// How a token is signed, in the names of RFC 7518, 3.1, and RFC 8037, 3.1.
///
/// `none` is not among them, so that nothing here can come to accept it.
package enum SignatureAlgorithm: String, Sendable, Hashable, CaseIterable {
    case hs256 = "HS256"
    case hs384 = "HS384"
    case hs512 = "HS512"
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case edDSA = "EdDSA"

    /// All that a public key verifies.
    ///
    /// Whoever can verify a MAC can also make one, so the others are for two parties that share a
    /// secret.
    package static let asymmetric: Set<SignatureAlgorithm> = [
        .rs256, .rs384, .rs512, .ps256, .ps384, .ps512, .es256, .es384, .es512, .edDSA,
    ]

    /// Whether it is a MAC.
    package var isSymmetric: Bool { !Self.asymmetric.contains(self) }
}
