import Bytes
import Engine
import Synchronization

/// Signs access tokens.
final class AccessTokenIssuer: Sendable {
    private let keys: SigningKeys
    private let issuer: String
    private let audience: String
    /// Seconds.
    private let lifetime: Int64
    private let format: Mutex<(version: Int, format: AccessTokenFormat)>

    init(
        keys: SigningKeys,
        issuer: String,
        audience: String,
        lifetime: Int64
    ) {
        self.keys = keys
        self.issuer = issuer
        self.audience = audience
        self.lifetime = lifetime
        let version = keys.version
        format = Mutex((version, AccessTokenFormat(keys: keys.snapshot)))
    }

    /// A token that starts to stand `now`, in microseconds since 1970.
    ///
    /// `revoked` is until when the account's tokens are void. A token of that very second would be
    /// void with those before it, since tokens know seconds alone: it starts with the next one.
    func token(
        _ session: Session,
        _ account: AccountState,
        revoked: Int64?,
        now: Int64
    ) throws(Problem) -> String {
        let firstGood = revoked.map { ($0 + 999_999) / 1_000_000 } ?? 0
        let seconds = max(now / 1_000_000, firstGood)
        var claims = AccessClaims(
            issuer: issuer,
            audience: audience,
            subject: account.id,
            issuedAt: seconds,
            expires: seconds + lifetime,
            id: Base64.url.encode([UInt8].random(count: 16)),
            session: session.id
        )
        claims.role = account.effectiveRole
        claims.roles = account.roles.count > 1 ? account.roles : []
        claims.hasSecondFactor = session.hasSecondFactor
        claims.isVerified = account.verified != nil
        claims.isAnonymous = session.isAnonymous
        claims.authenticated = session.authenticated / 1_000_000
        claims.tenant = session.tenant
        claims.actor = session.impersonator
        return try currentFormat().encode(claims)
    }

    /// A token for a client that has a key (RFC 6749, 4.4), which stands for `lifetime` seconds.
    func token(
        client key: KeyRecord,
        role: String?,
        roles: [String],
        scopes: [String],
        isVerified: Bool,
        tenant: String?,
        lifetime: Int64,
        now: Int64
    ) throws(Problem) -> String {
        let seconds = now / 1_000_000
        var claims = AccessClaims(
            issuer: issuer,
            audience: audience,
            subject: key.account ?? key.id,
            issuedAt: seconds,
            expires: seconds + lifetime,
            id: Base64.url.encode([UInt8].random(count: 16)),
            session: key.id
        )
        claims.role = role
        claims.roles = roles
        claims.isVerified = isVerified
        claims.tenant = tenant
        claims.client = key.id
        claims.scopes = scopes
        return try currentFormat().encode(claims)
    }

    private func currentFormat() -> AccessTokenFormat {
        let version = keys.version
        return format.withLock { current in
            if current.version != version {
                current = (version, AccessTokenFormat(keys: keys.snapshot))
            }
            return current.format
        }
    }
}
