import Bytes
import Crypto
package import Identity
package import JSON

/// The sessions of browsers: tokens in cookies that no script reads, and a second token that proves
/// that a page of this app sends the request.
///
/// The CSRF token is an HMAC of the session's id, so that it holds for that session alone and nothing
/// is stored (OWASP's signed double submit, without a cookie that a neighbouring host could set). The
/// refresh cookie is `<session id>.<refresh token>`, so that the CSRF token can be checked when the
/// access token has expired.
package struct BrowserSessions: Sendable {
    private let secrets: @Sendable () -> [[UInt8]]

    /// `secrets` gives what all processes of an app share, the present one first, then those before it
    /// that still stand.
    package init(secrets: @escaping @Sendable () -> [[UInt8]]) {
        self.secrets = secrets
    }

    /// `secret` are 32 bytes; random ones end the CSRF tokens of all browsers with the process.
    package init(secret: [UInt8]? = nil) {
        let secret = secret ?? SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        self.init(secrets: { [secret] })
    }

    /// The token that writes of a session have to carry.
    package func token(for session: String) -> String {
        // Without a secret a token is good for nothing.
        let key = keys.first ?? SymmetricKey(size: .bits256)
        return Base16.lowercase.encode(
            HMAC<SHA256>.authenticationCode(for: message(session), using: key)
        )
    }

    /// Whether a token is that of a session; takes as long whatever is wrong.
    package func isToken(_ token: String, for session: String) -> Bool {
        guard token.utf8.count == 64, let bytes = Base16.lowercase.decode(token) else {
            return false
        }
        return keys.contains { key in
            HMAC<SHA256>.isValidAuthenticationCode(
                bytes,
                authenticating: message(session),
                using: key
            )
        }
    }

    private var keys: [SymmetricKey] { secrets().map { SymmetricKey(data: $0) } }

    private func message(_ session: String) -> [UInt8] {
        Array("mainstay csrf 1\0\(session)".utf8)
    }

    /// The cookies that hold a session.
    package func cookies(for pair: TokenPair) -> [Cookie] {
        let session: [Cookie] = [
            .access(pair.accessToken, age: pair.expiresIn),
            .refresh("\(pair.session).\(pair.refreshToken)", age: pair.refreshExpiresIn),
        ]
        return session + (pair.deviceToken.map { [.device($0)] } ?? [])
    }

    /// What the body says of a session in cookies.
    package func json(for pair: TokenPair) -> JSONValue {
        [
            "csrf_token": .string(token(for: pair.session)),
            "expires_in": .integer(pair.expiresIn),
            "refresh_expires_in": .integer(pair.refreshExpiresIn),
        ]
    }

    /// The session's id and the refresh token of the refresh cookie; nil if it is not of that form.
    package static func parts(ofRefreshCookie value: String) -> (session: String, token: String)? {
        let parts = value.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        return (String(parts[0]), String(parts[1]))
    }
}
