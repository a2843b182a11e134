package import Engine
import Storage

extension IdentityService {
    /// Writes an entry in a transaction of its own.
    package func record(_ entry: AuditEntry) async throws(Problem) {
        let (audit, now) = (audit, engine.clock.now())
        try await transaction { transaction throws(StoreError) in
            try audit.record(entry, now: now, in: transaction)
        }
    }

    /// Entries of the audit log, the newest first.
    package func auditRecords(_ query: AuditQuery) async throws(Problem) -> [AuditRecord] {
        try await look { directory throws(StoreError) in try directory.audit(query) }
    }

    /// A page of the audit log as an operator may see it.
    ///
    /// - Throws: `rule.denied` for an operator who is in no tenant.
    package func auditPage(
        _ query: AuditQuery,
        by rights: OperatorRights
    ) async throws(Problem) -> AuditPage {
        if let tenant = try rights.tenant(), let memberships {
            let log = TenantAudit(tenant: tenant, actor: rights.account, memberships: memberships)
            return try await look { directory throws(StoreError) in
                try log.page(query, on: directory.connection)
            }
        }
        var one = query
        one.limit = query.limit + 1
        let records = try await auditRecords(one)
        let page = Array(records.prefix(query.limit))
        let next = records.count > query.limit ? page.last?.sequence : nil
        return AuditPage(records: page, next: next)
    }
}
