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
}
