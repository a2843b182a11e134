package import JSON

/// What a sign-in and a refresh answer with (RFC 6749, 5.1).
package struct TokenPair: Sendable {
    package let account: String
    /// The session's id.
    package let session: String
    package let accessToken: String
    package let refreshToken: String
    /// Seconds.
    package let expiresIn: Int64
    package let refreshExpiresIn: Int64

    package var json: JSONValue {
        [
            "access_token": .string(accessToken),
            "token_type": "Bearer",
            "expires_in": .integer(expiresIn),
            "refresh_token": .string(refreshToken),
            "refresh_expires_in": .integer(refreshExpiresIn),
        ]
    }
}
