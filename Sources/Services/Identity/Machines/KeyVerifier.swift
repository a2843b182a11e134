package import Engine
import ExpressionSQL
import ModelLanguage
import Storage

/// Tells who calls, by an API key.
///
/// Not `Sendable`: one for each event loop, with a connection of its own. A key costs one indexed
/// read, and is remembered for ten seconds; so a key that is revoked by another process ends within
/// ten seconds, and one that is revoked by this process, at once.
package final class KeyVerifier {
    private struct Verified {
        let caller: Caller
        let key: KeyRecord
        /// When it has to be looked up again: microseconds since 1970.
        let until: Int64
    }

    /// Microseconds.
    private static let memory: Int64 = 10_000_000
    private static let maximumRemembered = 5_000

    private let identity: IdentityService
    private let connection: any ReadConnection
    private let lookup: KeyLookup
    private var remembered: [[UInt8]: Verified] = [:]

    /// - Throws: A `StoreError` if no connection can be opened.
    package init(identity: IdentityService) throws {
        self.identity = identity
        connection = try identity.engine.store.makeReader()
        lookup = try identity.makeKeyLookup()
    }

    /// The caller whom a key speaks for, and the key.
    ///
    /// - Throws: `auth.invalid-token`, which does not tell what is wrong with it.
    package func verify(_ text: String, device: Device) throws(Problem) -> Caller {
        try verified(text, device: device).caller
    }

    package func verified(
        _ text: String,
        device: Device
    ) throws(Problem) -> (caller: Caller, key: KeyRecord) {
        guard let key = APIKey(text) else { throw Self.refused }
        let now = identity.engine.clock.now()
        if let known = remembered[key.digest], known.until > now {
            let isRevoked = identity.revocations.isRevoked(
                session: known.key.id,
                account: known.key.account ?? "",
                issuedAt: (known.until - Self.memory) / 1_000_000
            )
            if !isRevoked { return (known.caller, known.key) }
        }
        let verified = try look(key, now: now)
        if remembered.count >= Self.maximumRemembered { remembered.removeAll() }
        remembered[key.digest] = verified
        noteUse(of: verified.key, now: now, device: device)
        return (verified.caller, verified.key)
    }

    private func look(_ key: APIKey, now: Int64) throws(Problem) -> Verified {
        let found = try lookup.find(key, now: now, on: connection)
        guard let found else { throw Self.refused }
        let record = found.key
        let caller = Caller(
            account: record.account,
            category: CallerClass(
                granted: found.role,
                byRule: found.rolesByRule,
                in: identity.engine.model,
                scopes: Set(record.scopes)
            ),
            idempotencyScope: "key:" + record.id,
            tenant: found.tenant,
            session: SessionFacts(verified: found.isVerified)
        )
        let end = min(now + Self.memory, record.expires ?? .max)
        return Verified(caller: caller, key: record, until: end)
    }

    private func noteUse(of key: KeyRecord, now: Int64, device: Device) {
        guard key.used.map({ $0 < now - KeyStatements.usePrecision }) ?? true else { return }
        let identity = identity
        Task { await identity.noteUse(of: key, device: device) }
    }

    private static let refused = Problem(
        .invalidToken,
        "the API key is unknown, has expired or was revoked"
    )
}
