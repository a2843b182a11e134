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
    /// Whether the tokens belong into cookies.
    package let isBrowser: Bool
    /// What shows later that the account was used on this device: the value of
    /// `Device.knownCookie`, for browsers.
    package var deviceToken: String?

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

/// A new access token for a session that keeps its refresh token.
package struct AccessGrant: Sendable {
    package let account: String
    package let session: String
    package let accessToken: String
    /// Seconds.
    package let expiresIn: Int64
    /// Whether the token belongs into a cookie.
    package let isBrowser: Bool

    package var json: JSONValue {
        [
            "access_token": .string(accessToken),
            "token_type": "Bearer",
            "expires_in": .integer(expiresIn),
        ]
    }
}
