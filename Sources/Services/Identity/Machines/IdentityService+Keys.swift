package import Engine
import ExpressionSQL
import JSON
import ModelLanguage
import Storage

extension AuditKind {
    package static let keyCreated = AuditKind(rawValue: "key.created")
    package static let keyRotated = AuditKind(rawValue: "key.rotated")
    package static let keyRevoked = AuditKind(rawValue: "key.revoked")
    package static let keyUsed = AuditKind(rawValue: "key.used")
}

/// What a new key is to be.
package struct KeyRequest: Sendable, Hashable {
    package var name: String
    /// The account that it acts as; nil for a service's.
    package var account: String?
    /// A service's role.
    package var role: String?
    package var scopes: [String]
    /// Seconds; nil for no end.
    package var lifetime: Int64?

    package init(
        name: String,
        account: String?,
        role: String? = nil,
        scopes: [String],
        lifetime: Int64? = nil
    ) {
        self.name = name
        self.account = account
        self.role = role
        self.scopes = scopes
        self.lifetime = lifetime
    }
}

/// A key that was just made: the only time that its text is known.
package struct NewKey: Sendable {
    package let key: APIKey
    package let record: KeyRecord
}

extension IdentityService {
    /// Keys that an account, or all services together, may have at a time.
    static let maximumKeys: Int64 = 100

    /// Makes a key; `actor` is who does: an account, or `operator`.
    ///
    /// - Throws: `validation.failed` for a scope or role that the model does not have, or one key too
    ///   many.
    package func createKey(
        _ request: KeyRequest,
        actor: String,
        device: Device = .unknown
    ) async throws(Problem) -> NewKey {
        try check(request)
        let now = engine.clock.now()
        let key = APIKey()
        let record = KeyRecord(
            id: newID(at: now),
            account: request.account,
            name: request.name,
            prefix: key.prefix,
            role: request.role,
            scopes: request.scopes,
            expires: request.lifetime.map { now + $0 * 1_000_000 },
            used: nil,
            created: now,
            createdBy: actor,
            revoked: nil
        )
        let audit = audit
        let entry = Self.entry(.keyCreated, record, actor: actor, device: device)
        let isMade = try await transaction { transaction throws(StoreError) in
            let keys = KeyStatements()
            guard
                try keys.count(of: record.account, now: now, in: transaction) < Self.maximumKeys
            else { return false }
            try keys.insert(record, digest: key.digest, in: transaction)
            try audit.record(entry, now: now, in: transaction)
            return true
        }
        guard isMade else {
            throw Problem(
                validation: [
                    ValueError(
                        "field.too-many-items",
                        at: "",
                        "there are \(Self.maximumKeys) keys already",
                        hint: "revoke those that are not used any more"
                    )
                ]
            )
        }
        return NewKey(key: key, record: record)
    }

    private func check(_ request: KeyRequest) throws(Problem) {
        var errors = KeyScopes.errors(in: request.scopes, of: engine.model)
        if let role = request.role, engine.model.role(role) == nil {
            errors.append(
                ValueError("field.enum", field: "role", "\"\(role)\" is no role of the model")
            )
        }
        if request.name.isEmpty {
            errors.append(ValueError("field.too-short", field: "name", "\"name\" is empty"))
        }
        guard errors.isEmpty else { throw Problem(validation: errors) }
    }

    /// The keys of an account, or of the services where it is nil; the newest first, without those
    /// that are revoked.
    package func keys(of account: String?) async throws(Problem) -> [KeyRecord] {
        try await look { directory throws(StoreError) in try directory.keys(of: account) }
    }

    /// Ends a key: within 10 seconds everywhere, with the access tokens that were made of it.
    ///
    /// It has to be a key of `owner`: an account, or nil for a service's.
    ///
    /// - Throws: `record.not-found`.
    package func revokeKey(
        _ id: String,
        of owner: String?,
        actor: String,
        device: Device = .unknown
    ) async throws(Problem) {
        let (audit, now) = (audit, engine.clock.now())
        let isThere = try await transaction { transaction throws(StoreError) in
            let keys = KeyStatements()
            guard let key = try keys.key(id, in: transaction), key.account == owner,
                key.revoked == nil
            else { return false }
            try keys.revoke(id, now: now, in: transaction)
            try RevocationStatements().add(.session(id), now: now, in: transaction)
            let entry = Self.entry(.keyRevoked, key, actor: actor, device: device)
            try audit.record(entry, now: now, in: transaction)
            return true
        }
        guard isThere else { throw Self.unknownKey }
        revocations.add(.session(id), at: now)
    }

    /// Makes a successor of a key, which goes on for `overlap` seconds unless it ends before.
    ///
    /// - Throws: `record.not-found`.
    package func rotateKey(
        _ id: String,
        of owner: String?,
        overlap: Int64,
        actor: String,
        device: Device = .unknown
    ) async throws(Problem) -> NewKey {
        let (audit, now, fresh, freshID) = (audit, engine.clock.now(), APIKey(), newID(at: 0))
        let record = try await transaction { transaction throws(StoreError) -> KeyRecord? in
            let keys = KeyStatements()
            guard let old = try keys.key(id, in: transaction), old.account == owner,
                old.isValid(at: now)
            else { return nil }
            let successor = KeyRecord(
                id: freshID,
                account: old.account,
                name: old.name,
                prefix: fresh.prefix,
                role: old.role,
                scopes: old.scopes,
                expires: old.expires.map { now + max($0 - old.created, 1_000_000) },
                used: nil,
                created: now,
                createdBy: actor,
                revoked: nil
            )
            try keys.insert(successor, digest: fresh.digest, in: transaction)
            try keys.end(id, at: now + max(overlap, 0) * 1_000_000, in: transaction)
            let entry = Self.entry(.keyRotated, successor, actor: actor, device: device)
            try audit.record(entry, now: now, in: transaction)
            return successor
        }
        guard let record else { throw Self.unknownKey }
        return NewKey(key: fresh, record: record)
    }

    /// Writes down that a key was used, at most once a minute.
    func noteUse(of key: KeyRecord, device: Device) async {
        let (audit, now) = (audit, engine.clock.now())
        let entry = Self.entry(.keyUsed, key, actor: nil, device: device)
        // What cannot be written now is written at a later use.
        _ = try? await transaction { transaction throws(StoreError) in
            let isFirst = try KeyStatements().use(key.id, now: now, in: transaction)
            if isFirst { try audit.record(entry, now: now, in: transaction) }
        }
    }

    private static func entry(
        _ kind: AuditKind,
        _ key: KeyRecord,
        actor: String?,
        device: Device
    ) -> AuditEntry {
        AuditEntry(
            kind,
            account: key.account,
            actor: actor,
            device: device,
            details: ["key": .string(key.id), "prefix": .string(key.prefix)]
        )
    }

    private static let unknownKey = Problem(.recordNotFound, "there is no such key")
}

extension AccountDirectory {
    func keys(of account: String?) throws(StoreError) -> [KeyRecord] {
        try KeyStatements.list(of: account, on: connection)
    }
}
