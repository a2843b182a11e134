package import Engine
import JSON
import Storage

extension IdentityService {
    /// Puts the caller's session into another tenant; the access token that says so.
    ///
    /// - Throws: `record.not-found`, if the account does not belong to it, whether it exists or not.
    package func switchTenant(
        of caller: Caller,
        to tenant: String,
        device: Device = .unknown
    ) async throws(Problem) -> AccessGrant {
        let account = try await signedIn(caller)
        guard let memberships else { throw .noSuchTenant }
        let (sessions, audit, now) = (sessions, audit, engine.clock.now())
        let entry = AuditEntry(
            .tenantChanged,
            account: account.id,
            device: device,
            details: ["tenant": .string(tenant)]
        )
        let id = caller.session.id ?? ""
        let moved = try await transaction {
            transaction throws(StoreError) -> (session: Session, revoked: Int64?)? in
            guard var session = try sessions.session(id, in: transaction),
                session.account == account.id,
                try memberships.isMember(account.id, of: tenant, in: transaction)
            else { return nil }
            session.tenant = tenant
            try sessions.setTenant(tenant, of: id, in: transaction)
            try audit.record(entry, now: now, in: transaction)
            let revoked = try RevocationStatements().moment(
                of: .account(account.id),
                in: transaction
            )
            return (session, revoked)
        }
        guard let moved else { throw .noSuchTenant }
        return try grant(
            for: moved.session,
            of: try await withRoles(account, in: moved.session),
            revoked: moved.revoked,
            now: now
        )
    }
}

extension Problem {
    static let noSuchTenant = Problem(
        .recordNotFound,
        "the account belongs to no such tenant"
    )
}
