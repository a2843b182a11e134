package import Authenticators

/// How accounts and their tokens are kept, beside what the model says.
///
/// Times are in seconds.
package struct IdentityConfiguration: Sendable {
    /// Who tokens say they come from (`iss`): the app's public URL.
    package var issuer = "mainstay"
    /// Where the app is reached from outside: what the links in mails begin with.
    package var publicURL = "http://localhost:8080"
    /// The app as authenticators know it; without one there are no passkeys.
    package var relyingParty: RelyingParty?
    /// How long an access token stands.
    package var accessLifetime: Int64 = 15 * 60
    /// How long a used refresh token is taken for a client's own second request.
    package var refreshGrace: Int64 = 10
    /// How long a sign-in may wait for its second factor.
    package var challengeLifetime: Int64 = 10 * 60
    /// How long an operator acts for somebody else at most.
    package var impersonationLifetime: Int64 = 60 * 60
    /// How recently somebody has to have proved who they are, for what is sensitive.
    package var authenticationAge: Int64 = 10 * 60
    /// How long the audit log keeps its entries.
    package var auditLifetime: Int64 = 365 * 24 * 60 * 60
    /// How far the clocks of two servers may differ.
    package var clockSkew: Int64 = 60
    /// Tokens that each verifier remembers.
    package var rememberedTokens = 10_000

    package init() {}
}
