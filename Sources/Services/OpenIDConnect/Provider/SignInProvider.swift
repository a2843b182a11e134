/// Signs people in with one provider: sends them there, and says who comes back.
///
///     pending  ─► what to remember of the person (PendingAuthorization)
///     address  ─► where to send the person
///     finish   ◄─ what they come back with, and what was remembered  ─► who they are
///
/// Everything between, the provider's documents, keys and tokens, is checked here. Nothing is kept
/// beside documents and keys.
package protocol SignInProvider: Sendable {
    var settings: ProviderSettings { get }

    /// The address to send a person to; `state` comes back with them.
    func address(
        for pending: PendingAuthorization,
        state: String
    ) async throws(ProviderError) -> String

    /// Who it is. A code can be tried once.
    func finish(
        _ response: AuthorizationResponse,
        pending: PendingAuthorization
    ) async throws(ProviderError) -> ExternalIdentity
}

extension SignInProvider {
    /// What to remember of a person who is about to be sent to the provider, which sends them back to
    /// `redirectURI`.
    package func pending(redirectURI: String) -> PendingAuthorization {
        PendingAuthorization(provider: settings.name, redirectURI: redirectURI)
    }

    /// Whether the provider's page posts the answer as a form, from its own site.
    package var postsForm: Bool {
        if case .openID(let traits) = settings.kind { traits.postsForm } else { false }
    }
}

/// Makes what speaks a provider's language.
package enum SignInProviders {
    /// `now` tells the seconds since 1970.
    package static func make(
        _ settings: ProviderSettings,
        caller: any OutboundCaller,
        now: @escaping @Sendable () -> Int64
    ) -> any SignInProvider {
        switch settings.kind {
        case .openID(let traits):
            OpenIDProvider(settings: settings, traits: traits, caller: caller, now: now)
        case .gitHub(let site, let api):
            GitHubProvider(settings: settings, site: site, api: api, caller: caller, now: now)
        }
    }
}
