/// How accounts and their tokens are kept.
///
/// Times are in seconds.
package struct IdentityConfiguration: Sendable {
    /// Who tokens say they come from (`iss`).
    package var issuer = "mainstay"
    /// How long an access token stands.
    ///
    /// It is not looked up, so this is also how long a changed role, a sign-out or a deleted
    /// account may take to show.
    package var accessLifetime: Int64 = 15 * 60
    /// How long a refresh token stands; each refresh starts it anew.
    package var refreshLifetime: Int64 = 30 * 24 * 60 * 60
    /// How long a session stands however it is used.
    package var sessionLifetime: Int64 = 365 * 24 * 60 * 60
    /// How long a used refresh token is taken for a client's own second request.
    package var refreshGrace: Int64 = 10
    /// How far the clocks of two servers may differ.
    package var clockSkew: Int64 = 60
    /// Tokens that each verifier remembers.
    package var rememberedTokens = 10_000

    package init() {}
}
