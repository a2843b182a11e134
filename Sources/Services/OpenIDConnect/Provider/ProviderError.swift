package import JOSE

/// Why a sign-in with a provider came to nothing.
///
/// The words are for operators' logs. They hold names of members and of checks, but no values that
/// a provider sent: those can be personal, secret or made to be misread.
package enum ProviderError: Error, Sendable, Hashable {
    /// The settings of this server cannot work.
    case misconfigured(String)
    /// A call to the provider failed.
    case unreachable(Endpoint, OutboundError)
    /// The provider answered a call with an error, or with something that it must not.
    case unexpectedAnswer(Endpoint, String)
    /// The provider, or the person at it, said no: one of the codes of RFC 6749, 4.1.2.1.
    case denied(String)
    /// What came back does not prove who it is; the check that failed.
    case untrusted(String)
    /// The ID token's signature proves nothing.
    case untrustedToken(JOSEError)

    /// What was called.
    package enum Endpoint: String, Sendable, Hashable {
        case discovery = "discovery document"
        case keys = "key set"
        case token = "token endpoint"
        case userInfo = "user info endpoint"
    }
}

extension ProviderError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .misconfigured(let reason): reason
        case .unreachable(let endpoint, let error):
            "the provider's \(endpoint.rawValue) cannot be had: \(error)"
        case .unexpectedAnswer(let endpoint, let reason):
            "the provider's \(endpoint.rawValue) \(reason)"
        case .denied(let code): "the provider denied the sign-in: \(code)"
        case .untrusted(let check): "the provider's answer is not to be trusted: \(check)"
        case .untrustedToken(let error):
            "the provider's ID token is not to be trusted: \(error)"
        }
    }
}
