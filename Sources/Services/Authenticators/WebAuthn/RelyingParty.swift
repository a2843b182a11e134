/// The app as authenticators know it.
package struct RelyingParty: Sendable, Equatable {
    /// The domain that credentials are bound to: that of the origins, or one that they are below.
    package let id: String
    /// The app's name, which the browser may show.
    package let name: String
    /// The origins, "https://app.example.com", whose pages may use credentials.
    package let origins: Set<String>
    /// Origins of other sites whose pages may have ours in a frame; usually none.
    package let topOrigins: Set<String>

    package init(
        id: String,
        name: String,
        origins: Set<String>,
        topOrigins: Set<String> = []
    ) {
        self.id = id
        self.name = name
        self.origins = origins
        self.topOrigins = topOrigins
    }
}

/// How the authenticator is to make sure that it is its owner who uses it (WebAuthn 5.8.6).
package enum UserVerification: String, Sendable {
    case required, preferred, discouraged
}
