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
package struct KeyRequest: Sendable {
    package var name: String
    package var owner: KeyOwner
    /// A service's role.
    package var role: String?
    package var scopes: [String]
    /// Seconds; nil for no end.
    package var lifetime: Int64?
    /// The tenant that it is to act in; if there is none here, the owner's only one.
    package var tenant: String?

    package init(
        name: String,
        owner: KeyOwner,
        role: String? = nil,
        scopes: [String],
        lifetime: Int64? = nil,
        tenant: String? = nil
    ) {
        self.tenant = tenant
        self.name = name
        self.owner = owner
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

    /// Makes a key.
    ///
    /// - Throws: `validation.failed` for a scope, role or tenant that is none of the model or the
    ///   owner, or one key too many; `rule.denied`.
    package func createKey(
        _ request: KeyRequest,
        device: Device = .unknown
    ) async throws(Problem) -> NewKey {
        try check(request)
        let now = engine.clock.now()
        let (key, id, owner) = (APIKey(), newID(at: now), request.owner)
        let ownTenant = try owner.tenant()
        let outcome = try await transaction {
            [self] transaction throws(StoreError) -> Result<KeyRecord, Problem> in
            let tenant: String?
            switch try KeyTenant(
                request.tenant ?? ownTenant,
                of: owner.account,
                memberships,
                in: transaction
            ) {
            case .found(let found): tenant = found
            case .missing: return .failure(Self.missingTenant)
            }
            let refusal = try owner.refusal(
                toHold: request.role,
                in: tenant,
                of: self,
                transaction: transaction
            )
            if let refusal { return .failure(refusal) }
            let record = KeyRecord(
                id: id,
                account: owner.account,
                name: request.name,
                prefix: key.prefix,
                role: request.role,
                scopes: request.scopes,
                expires: request.lifetime.map { now + $0 * 1_000_000 },
                used: nil,
                created: now,
                createdBy: owner.actor,
                revoked: nil,
                tenant: tenant
            )
            let keys = KeyStatements()
            guard
                try keys.count(of: record.account, now: now, in: transaction) < Self.maximumKeys
            else { return .failure(Self.tooManyKeys) }
            try keys.insert(record, digest: key.digest, in: transaction)
            let entry = Self.entry(.keyCreated, record, actor: owner.actor, device: device)
            try audit.record(entry, now: now, in: transaction)
            return .success(record)
        }
        return NewKey(key: key, record: try outcome.get())
    }

    private static let tooManyKeys = Problem(
        validation: [
            ValueError(
                "field.too-many-items",
                at: "",
                "there are \(maximumKeys) keys already",
                hint: "revoke those that are not used any more"
            )
        ]
    )

    private static let missingTenant = Problem(
        validation: [
            ValueError("relation.missing", field: "tenant", "the key's owner has no such tenant")
        ]
    )

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
        if request.tenant != nil, memberships == nil {
            errors.append(ValueError("field.unknown", field: "tenant", "the app has no tenants"))
        }
        guard errors.isEmpty else { throw Problem(validation: errors) }
    }

    /// An owner's keys, the newest first, without those that are revoked.
    ///
    /// - Throws: `rule.denied` for an operator who is in no tenant.
    package func keys(of owner: KeyOwner) async throws(Problem) -> [KeyRecord] {
        let tenant = try owner.tenant()
        return try await look { directory throws(StoreError) in
            try KeyStatements.list(of: owner.account, in: tenant, on: directory.connection)
        }
    }

    /// Ends a key: within 10 seconds everywhere, with the access tokens that were made of it.
    ///
    /// - Throws: `record.not-found`, if the owner has no such key.
    package func revokeKey(
        _ id: String,
        of owner: KeyOwner,
        device: Device = .unknown
    ) async throws(Problem) {
        let now = engine.clock.now()
        let isThere = try await transaction { [self] transaction throws(StoreError) in
            let keys = KeyStatements()
            guard let key = try keys.key(id, in: transaction), key.revoked == nil,
                try owner.owns(key, of: self, transaction: transaction)
            else { return false }
            try keys.revoke(id, now: now, in: transaction)
            try RevocationStatements().add(.session(id), now: now, in: transaction)
            let entry = Self.entry(.keyRevoked, key, actor: owner.actor, device: device)
            try audit.record(entry, now: now, in: transaction)
            return true
        }
        guard isThere else { throw Self.unknownKey }
        revocations.add(.session(id), at: now)
    }

    /// Makes a successor of a key, which goes on for `overlap` seconds unless it ends before; with no
    /// overlap the access tokens that were made of it end, too.
    ///
    /// - Throws: `record.not-found`, if the owner has no such key; `rule.denied` for one that may do
    ///   more than they; `validation.failed` for one key too many.
    package func rotateKey(
        _ id: String,
        of owner: KeyOwner,
        overlap: Int64,
        device: Device = .unknown
    ) async throws(Problem) -> NewKey {
        let now = engine.clock.now()
        let (fresh, freshID) = (APIKey(), newID(at: now))
        let outcome = try await transaction {
            [self] transaction throws(StoreError) -> Result<KeyRecord, Problem> in
            let keys = KeyStatements()
            guard let old = try keys.key(id, in: transaction), old.isValid(at: now),
                try owner.owns(old, of: self, transaction: transaction)
            else { return .failure(Self.unknownKey) }
            let refusal = try owner.refusal(
                toHold: old.role,
                in: old.tenant,
                of: self,
                transaction: transaction
            )
            if let refusal { return .failure(refusal) }
            let others = try keys.count(of: old.account, now: now, in: transaction) - 1
            guard others + (overlap > 0 ? 1 : 0) < Self.maximumKeys else {
                return .failure(Self.tooManyKeys)
            }
            let new = old.successor(id: freshID, prefix: fresh.prefix, by: owner.actor, at: now)
            try keys.insert(new, digest: fresh.digest, in: transaction)
            try keys.end(id, at: now + max(overlap, 0) * 1_000_000, in: transaction)
            if overlap <= 0 {
                try RevocationStatements().add(.session(id), now: now, in: transaction)
            }
            let entry = Self.entry(.keyRotated, new, actor: owner.actor, device: device)
            try audit.record(entry, now: now, in: transaction)
            return .success(new)
        }
        let record = try outcome.get()
        if overlap <= 0 { revocations.add(.session(id), at: now) }
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

/// The tenant that a new key acts in.
private enum KeyTenant {
    case found(String?)
    /// The one that was asked for is none of the key's owner.
    case missing

    init(
        _ tenant: String?,
        of account: String?,
        _ memberships: TenantMembership?,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        switch (memberships, account, tenant) {
        case (let memberships?, let account?, let tenant?):
            let isTheirs = try memberships.isMember(account, of: tenant, in: transaction)
            self = isTheirs ? .found(tenant) : .missing
        case (let memberships?, let account?, nil):
            self = .found(try memberships.only(of: account, in: transaction))
        case (let memberships?, nil, let tenant?):
            self = try memberships.exists(tenant, in: transaction) ? .found(tenant) : .missing
        case (_?, nil, nil), (nil, _, _):
            self = .found(nil)
        }
    }
}

extension KeyRecord {
    /// A key of the same name, scopes, role and tenant, that lasts as long as this one was to.
    fileprivate func successor(
        id: String,
        prefix: String,
        by actor: String,
        at now: Int64
    ) -> KeyRecord {
        KeyRecord(
            id: id,
            account: account,
            name: name,
            prefix: prefix,
            role: role,
            scopes: scopes,
            expires: expires.map { now + max($0 - created, 1_000_000) },
            used: nil,
            created: now,
            createdBy: actor,
            revoked: nil,
            tenant: tenant
        )
    }
}
