package import JSON

/// Who a person is to a provider, proved.
package struct ExternalIdentity: Sendable, Hashable {
    /// The provider's name in the app.
    package let provider: String
    /// Who it is there; never given to anybody else by this provider.
    package let subject: String
    package let email: String?
    /// Whether the provider says that the address is the person's.
    package let isEmailVerified: Bool
    /// All that the provider told of the person.
    package let claims: JSONValue

    package init(
        provider: String,
        subject: String,
        email: String?,
        isEmailVerified: Bool,
        claims: JSONValue
    ) {
        self.provider = provider
        self.subject = subject
        self.email = email
        self.isEmailVerified = isEmailVerified
        self.claims = claims
    }
}
