package import JOSE

/// Providers that need no more than a client's id and secret.
package enum ProviderPreset: String, Sendable, CaseIterable {
    case google, github, apple, microsoft, gitlab

    package var title: String {
        switch self {
        case .google: "Google"
        case .github: "GitHub"
        case .apple: "Apple"
        case .microsoft: "Microsoft"
        case .gitlab: "GitLab"
        }
    }

    package var scopes: [String] {
        switch self {
        case .google, .microsoft, .gitlab: ["openid", "email", "profile"]
        case .apple: ["openid", "email", "name"]
        case .github: ["read:user", "user:email"]
        }
    }

    /// How the provider is spoken to; `issuer` stands for another instance of it, such as a GitLab
    /// or GitHub of one's own or one tenant of Microsoft.
    package func kind(issuer: String? = nil) -> ProviderSettings.Kind {
        switch self {
        case .google: .openID(.init(issuer: issuer ?? "https://accounts.google.com"))
        case .gitlab: .openID(.init(issuer: issuer ?? "https://gitlab.com"))
        case .apple: .openID(Self.apple(issuer ?? "https://appleid.apple.com"))
        case .microsoft: .openID(Self.microsoft(issuer))
        case .github:
            if let issuer {
                .gitHub(site: issuer, api: issuer + "/api/v3")
            } else {
                .gitHub(site: "https://github.com", api: "https://api.github.com")
            }
        }
    }

    private static func apple(_ issuer: String) -> ProviderSettings.OpenIDTraits {
        var traits = ProviderSettings.OpenIDTraits(issuer: issuer)
        traits.postsForm = true
        traits.hasTextualFlags = true
        return traits
    }

    /// Work, school and personal accounts of all tenants, unless an issuer names one tenant.
    private static func microsoft(_ issuer: String?) -> ProviderSettings.OpenIDTraits {
        let host = "https://login.microsoftonline.com/"
        var traits = ProviderSettings.OpenIDTraits(issuer: issuer ?? host + "common/v2.0")
        if issuer == nil { traits.issuerTemplate = host + "{tenantid}/v2.0" }
        traits.hasUnverifiedDomains = true
        return traits
    }

    /// All of them sign with RS256; Apple may come to use ES256.
    package var algorithms: Set<SignatureAlgorithm> {
        self == .apple ? [.rs256, .es256] : [.rs256]
    }
}

enum MicrosoftTenant {
    /// The tenant of personal accounts, whose addresses Microsoft verifies itself.
    static let personal = "9188040d-6c67-4c5b-b112-36a304b66dad"
}
