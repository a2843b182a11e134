package import JOSE

/// A provider as this app uses it.
package struct ProviderSettings: Sendable {
    /// The provider's name in the app, such as `google`.
    package var name: String
    /// What the provider is called in a button.
    package var title: String
    package var kind: Kind
    package var client: ClientRegistration
    package var scopes: [String]
    /// The algorithms that ID tokens may be signed with.
    ///
    /// What a token or a document says adds none.
    package var algorithms: Set<SignatureAlgorithm>

    /// How the provider is spoken to.
    package enum Kind: Sendable, Hashable {
        /// OpenID Connect; the provider's documents stand below its issuer.
        case openID(OpenIDTraits)
        /// OAuth 2 with GitHub's own endpoints at `site` and `api`, without a trailing slash.
        case gitHub(site: String, api: String)
    }

    /// Where a provider of OpenID Connect is special.
    package struct OpenIDTraits: Sendable, Hashable {
        /// Where the discovery document stands, and who tokens are from.
        package var issuer: String
        /// An issuer in which `{tenantid}` stands for the `tid` of the token (Microsoft).
        package var issuerTemplate: String?
        /// The code comes back in a form that the provider's page posts (Apple).
        package var postsForm = false
        /// `email_verified` may be the string `"true"` (Apple).
        package var hasTextualFlags = false
        /// `email` is what an administrator of some tenant wrote, and proves nothing unless
        /// `xms_edov` says that the domain's owner was checked (Microsoft).
        package var hasUnverifiedDomains = false

        package init(issuer: String) {
            self.issuer = issuer
        }
    }

    package init(
        name: String,
        title: String,
        kind: Kind,
        client: ClientRegistration,
        scopes: [String],
        algorithms: Set<SignatureAlgorithm> = SignatureAlgorithm.asymmetric
    ) {
        self.name = name
        self.title = title
        self.kind = kind
        self.client = client
        self.scopes = scopes
        self.algorithms = algorithms
    }
}

/// What the app got when it was registered with a provider.
package struct ClientRegistration: Sendable {
    package let id: String
    package let credential: Credential

    package enum Credential: Sendable {
        case secret(String)
        /// A secret that is signed anew for each call, with the team's key (Apple).
        case signed(TokenSigner, team: String)
        /// None; the code is bound by PKCE alone.
        case none
    }

    package init(id: String, credential: Credential) {
        self.id = id
        self.credential = credential
    }
}
