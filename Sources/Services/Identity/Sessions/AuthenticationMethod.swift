/// A way in which somebody proved who they are, in the words of RFC 8176 (`amr`) where it has one.
package enum AuthenticationMethod: String, Sendable, Hashable, CaseIterable {
    case password = "pwd"
    /// A code of an authenticator app.
    case oneTimeCode = "otp"
    case recoveryCode = "rec"
    /// A passkey, which is two factors in one.
    case passkey = "hwk"
    /// A code or link sent to the account's address.
    case email
    /// An identity provider.
    case federated = "fed"
    /// Nothing: an account without credentials.
    case anonymous = "anon"
    /// More than one factor, whichever they were.
    case multipleFactors = "mfa"

    /// Whether it stands for a second factor by itself.
    package var isSecondFactor: Bool {
        switch self {
        case .oneTimeCode, .recoveryCode, .passkey, .multipleFactors: true
        case .password, .email, .federated, .anonymous: false
        }
    }
}
