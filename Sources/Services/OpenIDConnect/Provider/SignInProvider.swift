/// Signs people in with one provider: sends them there, and says who comes back.
///
///     begin   ─► the address to send the person to      + what to remember (PendingAuthorization)
///     finish  ◄─ what they come back with, and that  ─► who they are (ExternalIdentity)
///
/// Everything between, the provider's documents, keys and tokens, is checked here. Nothing is kept
/// beside documents and keys.
package protocol SignInProvider: Sendable {
    var settings: ProviderSettings { get }

    /// Starts a sign-in; `state` comes back with the person.
    func begin(
        redirectURI: String,
        state: String
    ) async throws(ProviderError) -> (address: String, pending: PendingAuthorization)

    /// Who it is. A code can be tried once.
    func finish(
        _ response: AuthorizationResponse,
        pending: PendingAuthorization
    ) async throws(ProviderError) -> ExternalIdentity
}

extension SignInProvider {
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
