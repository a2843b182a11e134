import JOSE
package import ModelLanguage
package import OpenIDConnect

/// The providers that an app signs people in with, as this server is set up for them.
package struct ProviderSet: Sendable {
    let providers: [String: any SignInProvider]
    let redirects: RedirectPolicy
    /// The address of this API, such as `https://app.example/v1`.
    private let api: String
    /// Tells an operator of a sign-in that came to nothing: the provider, and why.
    let report: @Sendable (_ provider: String, _ reason: String) -> Void

    /// No provider is set up.
    package static let none = ProviderSet(
        providers: [],
        redirects: RedirectPolicy(home: "http://localhost", prefixes: []),
        api: "http://localhost/v1"
    )

    package init(
        providers: [any SignInProvider],
        redirects: RedirectPolicy,
        api: String,
        report: @escaping @Sendable (_ provider: String, _ reason: String) -> Void = { _, _ in }
    ) {
        self.report = report
        self.providers = Dictionary(providers.map { ($0.settings.name, $0) }) { first, _ in first }
        self.redirects = redirects
        self.api = api
    }

    /// What people read on a provider's button; nil if it is not set up here.
    package func title(of name: String) -> String? { providers[name]?.settings.title }

    /// Where a provider sends people back to; to be registered with the provider.
    package func callback(_ name: String) -> String {
        "\(api)/auth/oauth/\(name)/callback"
    }
}

extension ProviderSettings {
    /// What the model says of a provider, with what the app got when it was registered there.
    package init(_ declaration: IdentityProvider, client: ClientRegistration) {
        let preset = declaration.preset.flatMap { ProviderPreset(rawValue: $0.rawValue) }
        // Names and the like come with their own scope (OpenID Connect Core 1.0, 5.4).
        let profile = declaration.fields.isEmpty ? [] : ["profile"]
        let usualScopes = preset?.scopes ?? ["openid", "email"] + profile
        self.init(
            name: declaration.name,
            title: declaration.title ?? preset?.title ?? declaration.name,
            kind: preset?.kind(issuer: declaration.issuer)
                ?? .openID(.init(issuer: declaration.issuer ?? "")),
            client: client,
            scopes: declaration.scopes.isEmpty ? usualScopes : declaration.scopes
        )
        // Another instance of a preset may sign as it likes.
        if let preset, declaration.issuer == nil { algorithms = preset.algorithms }
    }
}
