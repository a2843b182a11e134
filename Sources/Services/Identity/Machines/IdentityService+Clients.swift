import Crypto
package import Engine
import ExpressionSQL
import ModelLanguage
import Storage

/// An access token that a client got for its key (RFC 6749, 4.4).
package struct ClientToken: Sendable {
    package let text: String
    /// Seconds.
    package let lifetime: Int64
    package let scopes: [String]
}

package enum ClientTokenOutcome: Sendable {
    case issued(ClientToken)
    /// The key is none, or does not hold any more.
    case unknownClient
    /// More is asked for than the key has.
    case scopeTooWide
}

extension IdentityService {
    /// Trades a key for an access token with some of the key's scopes, or all of them where none is
    /// named; `client` is the key's prefix.
    package func clientToken(
        client: String,
        secret: String,
        scopes: [String],
        device: Device
    ) async throws(Problem) -> ClientTokenOutcome {
        guard let presented = APIKey(client: client, secret: secret) else { return .unknownClient }
        let now = engine.clock.now()
        let lookup = try makeKeyLookup()
        let found = try await directory.key(presented, lookup, now: now)
        guard let found else { return .unknownClient }
        let granted = found.key.scopes
        let asked = scopes.isEmpty ? granted : scopes
        guard asked.count <= KeyScopes.maximumCount,
            asked.allSatisfy({ KeyScopes.covers(granted, $0) })
        else { return .scopeTooWide }
        let end = found.key.expires ?? .max
        let lifetime = min(configuration.accessLifetime, max(1, (end - now) / 1_000_000))
        let text = try issuer.token(
            client: found.key,
            role: found.role ?? found.rolesByRule.first,
            roles: found.rolesByRule,
            scopes: asked,
            isVerified: found.isVerified,
            tenant: found.tenant,
            lifetime: lifetime,
            now: now
        )
        await noteUse(of: found.key, device: device)
        return .issued(ClientToken(text: text, lifetime: lifetime, scopes: asked))
    }
}

extension AccountDirectory {
    func key(
        _ key: APIKey,
        _ lookup: KeyLookup,
        now: Int64
    ) throws(Problem) -> KeyLookup.Found? {
        try lookup.find(key, now: now, on: connection)
    }
}
