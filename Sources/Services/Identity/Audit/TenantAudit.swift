import Storage

/// A part of the audit log, the newest entries first.
package struct AuditPage: Sendable {
    package let records: [AuditRecord]
    /// The `before` of the next page; nil where there is none.
    package let next: Int64?
}

/// The audit log as the operator of one tenant sees it: entries about accounts that belong to the
/// tenant, and to no other.
///
/// Entries about nobody, such as a failure for an address without an account, are of no tenant.
struct TenantAudit: Sendable {
    /// Entries of the log that are looked at for one page, so that it costs little however few of
    /// them are of the tenant.
    private static let window: Int64 = 5_000

    let tenant: String
    /// The operator, who sees nothing without belonging to the tenant.
    let actor: String
    let memberships: TenantMembership

    /// A page, which may have less than it could and still have a next one.
    func page(
        _ query: AuditQuery,
        on connection: any ReadConnection
    ) throws(StoreError) -> AuditPage {
        let limit = min(max(query.limit, 0), 1_000)
        let (before, window) = (SQLValue.integer(query.before ?? .max), Self.window)
        let account = query.account.map { [SQLValue.text($0)] } ?? []
        let rows = try connection.rows(
            statement(ofOne: query.account != nil),
            [
                before, .integer(window), .integer(Int64(limit)), .text(tenant), .text(actor),
            ] + account
        )
        let records = rows.compactMap { AuditRecord($0) }
        guard records.count < limit else {
            return AuditPage(records: records, next: records.last?.sequence)
        }
        // What was looked at tells whether there is more, and where that begins.
        let looked = try connection.rows(
            query.account == nil ? Self.extent : Self.extentOfOne,
            [before, .integer(window)] + account
        )
        let isFull = looked.first?[0] == .integer(window)
        return AuditPage(records: records, next: isFull ? looked.first?[1].integer : nil)
    }

    private func statement(ofOne: Bool) -> Statement {
        let account = ofOne ? "AND \"account\" = ?6" : ""
        return Statement(
            """
            SELECT \(AuditRecord.columns) FROM (SELECT * FROM "_audit" WHERE "seq" < ?1 \(account)
            ORDER BY "seq" DESC LIMIT ?2) e
            WHERE \(memberships.exclusiveMembership(of: "e.\"account\"", in: "?4"))
            AND \(memberships.membership(of: "?5", in: "?4"))
            ORDER BY "seq" DESC LIMIT ?3
            """
        )
    }

    private static let extent = Statement(
        """
        SELECT count(*), min("seq") FROM
        (SELECT "seq" FROM "_audit" WHERE "seq" < ?1 ORDER BY "seq" DESC LIMIT ?2)
        """
    )
    private static let extentOfOne = Statement(
        """
        SELECT count(*), min("seq") FROM (SELECT "seq" FROM "_audit"
        WHERE "account" = ?3 AND "seq" < ?1 ORDER BY "seq" DESC LIMIT ?2)
        """
    )
}
