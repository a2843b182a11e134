package import Engine
import ExpressionSQL
package import ModelLanguage

/// Tells who calls, by their access token.
///
/// Not `Sendable`: one for each event loop, which remembers the tokens that it has verified. A
/// remembered token costs a look-up; a new one, a verification of its signature. Neither reads the
/// database.
package final class TokenVerifier {
    private struct Verified {
        let caller: Caller
        /// Seconds since 1970.
        let expires: Int64
    }

    private let format: AccessTokenFormat
    private let configuration: IdentityConfiguration
    private let audience: String
    private let clock: EngineClock
    private let categories: [String: CallerClass]
    /// Two generations, so that what is used stays and the rest goes without being searched for.
    private var recent: [String: Verified] = [:]
    private var earlier: [String: Verified] = [:]

    package init(
        key: SigningKey,
        model: Model,
        configuration: IdentityConfiguration = IdentityConfiguration(),
        clock: EngineClock = .system
    ) {
        format = AccessTokenFormat(key: key)
        self.configuration = configuration
        audience = model.name
        self.clock = clock
        categories = Dictionary(
            model.roles.map { role in
                (role.name, CallerClass(role: role.name, permissions: Set(role.permissions)))
            },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The caller whom a token speaks for.
    ///
    /// A role that the model does not have (any more) gives nothing: its holder counts as one
    /// without a role.
    ///
    /// - Throws: `auth.invalid-token`.
    package func verify(_ token: String) throws(Problem) -> Caller {
        let now = clock.now() / 1_000_000
        let isShort = token.utf8.count <= AccessTokenFormat.maximumLength
        if isShort, let known = remembered(token), known.expires > now { return known.caller }
        guard isShort, let claims = format.decode(token), isOurs(claims, now: now) else {
            throw Problem(.invalidToken, "the access token is not one of this app")
        }
        guard claims.expires > now else {
            throw Problem(
                .invalidToken,
                "the access token has expired",
                hint: "refresh it, or sign in again"
            )
        }
        let caller = Caller(
            account: claims.subject,
            category: claims.role.flatMap { categories[$0] }
                ?? CallerClass(role: nil, permissions: []),
            idempotencyScope: claims.subject
        )
        remember(token, Verified(caller: caller, expires: claims.expires))
        return caller
    }

    private func isOurs(_ claims: AccessClaims, now: Int64) -> Bool {
        claims.issuer == configuration.issuer && claims.audience == audience
            && claims.issuedAt <= now + configuration.clockSkew
            && claims.issuedAt < claims.expires
    }

    private func remembered(_ token: String) -> Verified? {
        if let verified = recent[token] { return verified }
        guard let verified = earlier[token] else { return nil }
        remember(token, verified)
        return verified
    }

    private func remember(_ token: String, _ verified: Verified) {
        if recent.count >= configuration.rememberedTokens / 2 {
            swap(&recent, &earlier)
            recent.removeAll(keepingCapacity: true)
        }
        recent[token] = verified
    }

    func remembers(_ token: String) -> Bool {
        recent[token] != nil || earlier[token] != nil
    }

    /// How many tokens are remembered.
    var rememberedCount: Int {
        recent.count + earlier.count
    }
}
