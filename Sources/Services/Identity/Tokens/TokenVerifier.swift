package import Engine
package import ModelLanguage

/// Tells who calls, by their access token.
///
/// Not `Sendable`: one for each event loop, which remembers the tokens that it has verified. A
/// remembered token costs a look-up; a new one, a verification of its signature. Neither reads the
/// database: what was revoked is in a list in memory.
package final class TokenVerifier {
    private struct Verified {
        let caller: Caller
        let account: String
        let session: String?
        /// Seconds since 1970.
        let issuedAt: Int64
        let expires: Int64
        /// The version of the list of revocations that does not have it.
        var version: Int
    }

    private let keys: SigningKeys
    private let revocations: RevocationList
    private let configuration: IdentityConfiguration
    private let clock: EngineClock
    private var callers: CallerClasses
    private let audience: String
    private var format: AccessTokenFormat
    private var keysVersion: Int
    /// Two generations, so that what is used stays and the rest goes without being searched for.
    private var recent: [RememberedToken: Verified] = [:]
    private var earlier: [RememberedToken: Verified] = [:]

    package init(
        keys: SigningKeys,
        model: Model,
        revocations: RevocationList = RevocationList(),
        configuration: IdentityConfiguration = IdentityConfiguration(),
        clock: EngineClock = .system
    ) {
        self.keys = keys
        self.revocations = revocations
        self.configuration = configuration
        self.clock = clock
        audience = model.name
        callers = CallerClasses(model: model)
        keysVersion = keys.version
        format = AccessTokenFormat(keys: keys.snapshot)
    }

    /// The caller whom a token speaks for.
    ///
    /// A role that the model does not have (any more) gives nothing: its holder counts as one
    /// without a role.
    ///
    /// - Throws: `auth.invalid-token`.
    package func verify(_ token: String) throws(Problem) -> Caller {
        let now = clock.now() / 1_000_000
        guard token.utf8.count <= AccessTokenFormat.maximumLength else { throw Self.foreign }
        forgetIfKeysChanged()
        let version = revocations.version
        let key = RememberedToken(text: token)
        if var known = remembered(key) {
            if known.version != version {
                try check(known)
                known.version = version
                recent[key] = known
            }
            if known.expires > now { return known.caller }
        }
        let verified = try verified(token, now: now, version: version)
        try check(verified)
        remember(key, verified)
        return verified.caller
    }

    private func verified(
        _ token: String,
        now: Int64,
        version: Int
    ) throws(Problem) -> Verified {
        guard let decoded = format.decode(token), isOurs(decoded, now: now) else {
            throw Self.foreign
        }
        let claims = decoded.claims
        // A retired key speaks for what it can have signed, and no longer.
        let keyEnd = decoded.keyRetired.map { $0 + 2 * configuration.accessLifetime }
        let expires = min(claims.expires, keyEnd ?? .max)
        guard expires > now else {
            throw Problem(
                .invalidToken,
                "the access token has expired",
                hint: "refresh it, or sign in again"
            )
        }
        return Verified(
            caller: callers.caller(claims),
            account: claims.subject,
            session: claims.session,
            issuedAt: claims.issuedAt,
            expires: expires,
            version: version
        )
    }

    private func isOurs(_ decoded: AccessTokenFormat.Decoded, now: Int64) -> Bool {
        let claims = decoded.claims
        let latest = min(now, decoded.keyRetired ?? now) + configuration.clockSkew
        return claims.issuer == configuration.issuer && claims.audience == audience
            && claims.issuedAt <= latest && claims.issuedAt < claims.expires
    }

    private func check(_ token: Verified) throws(Problem) {
        let isRevoked = revocations.isRevoked(
            session: token.session,
            account: token.account,
            issuedAt: token.issuedAt
        )
        guard !isRevoked else {
            throw Problem(
                .invalidToken,
                "the session has ended, or what it may do has changed",
                hint: "refresh the token, or sign in again"
            )
        }
    }

    private static let foreign = Problem(
        .invalidToken,
        "the access token is not one of this app"
    )
}

// MARK: - Remembering

extension TokenVerifier {
    private func forgetIfKeysChanged() {
        let version = keys.version
        guard version != keysVersion else { return }
        keysVersion = version
        format = AccessTokenFormat(keys: keys.snapshot)
        recent.removeAll()
        earlier.removeAll()
    }

    private func remembered(_ token: RememberedToken) -> Verified? {
        if let verified = recent[token] { return verified }
        guard let verified = earlier[token] else { return nil }
        remember(token, verified)
        return verified
    }

    private func remember(_ token: RememberedToken, _ verified: Verified) {
        if recent.count >= configuration.rememberedTokens / 2 {
            swap(&recent, &earlier)
            recent.removeAll(keepingCapacity: true)
        }
        recent[token] = verified
    }

    func remembers(_ token: String) -> Bool {
        let key = RememberedToken(text: token)
        return recent[key] != nil || earlier[key] != nil
    }

    /// How many tokens are remembered.
    var rememberedCount: Int {
        recent.count + earlier.count
    }
}

/// A token as a key: found by the end of its signature alone, of which no two tokens that were verified
/// share much, and compared in full.
private struct RememberedToken: Hashable {
    let text: String

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { bytes in
            hasher.combine(
                bytes: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes.suffix(16)))
            )
        }
    }
}
