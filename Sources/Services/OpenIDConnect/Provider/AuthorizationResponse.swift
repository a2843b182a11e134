/// What a provider sends a person back with (RFC 6749, 4.1.2; RFC 9207), by query or form.
package struct AuthorizationResponse: Sendable {
    package var code: String?
    package var issuer: String?
    package var error: String?
    /// A name that the person chose, as JSON (Apple's `user`, at the first sign-in only).
    ///
    /// Nobody signed it.
    package var user: String?

    package init(
        code: String?,
        issuer: String? = nil,
        error: String? = nil,
        user: String? = nil
    ) {
        self.code = code
        self.issuer = issuer
        self.error = error
        self.user = user
    }

    /// The code of a response that is no error.
    func checkedCode() throws(ProviderError) -> String {
        if let error {
            let known = [
                "access_denied", "login_required", "consent_required", "interaction_required",
                "account_selection_required", "invalid_request", "unauthorized_client",
                "unsupported_response_type", "invalid_scope", "server_error",
                "temporarily_unavailable", "user_cancelled_authorize",
            ]
            throw .denied(known.contains(error) ? error : "another error")
        }
        guard let code, (1...4_096).contains(code.utf8.count) else {
            throw .untrusted("there is no code")
        }
        return code
    }
}
