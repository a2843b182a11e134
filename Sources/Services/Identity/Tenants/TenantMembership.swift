import ModelLanguage
import Storage

/// Says which tenants an account belongs to, as the model declares it.
struct TenantMembership: Sendable {
    /// Tenants of one account that operators of the API are judged by; who belongs to more is left to
    /// the command line.
    static let maximumCount = 100

    private let table: String
    private let account: String
    private let tenant: String
    private let tenants: String
    private let isMember: Statement
    private let some: Statement
    private let exists: Statement

    init(_ tenants: Tenants, accounts: Collection) {
        table = "\"\(tenants.members ?? accounts.name)\""
        account = "\"\(tenants.accountField)\""
        tenant = "\"\(tenants.tenantField)\""
        self.tenants = "\"\(tenants.collection)\""
        isMember = Statement(
            "SELECT 1 FROM \(table) WHERE \(account) = ?1 AND \(tenant) = ?2 LIMIT 1"
        )
        some = Statement(
            """
            SELECT DISTINCT \(tenant) FROM \(table)
            WHERE \(account) = ?1 AND \(tenant) IS NOT NULL LIMIT ?2
            """
        )
        exists = Statement("SELECT 1 FROM \(self.tenants) WHERE \"id\" = ?1")
    }

    func isMember(
        _ account: String,
        of tenant: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Bool {
        try !transaction.rows(isMember, [.text(account), .text(tenant)]).isEmpty
    }

    /// The tenant of an account that belongs to one alone.
    func only(
        of account: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> String? {
        let found = try transaction.rows(some, [.text(account), .integer(2)])
        return found.count == 1 ? found[0][0].text : nil
    }

    /// The tenants of an account; at most one more than `maximumCount`.
    func all(
        of account: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> [String] {
        let limit = Int64(Self.maximumCount + 1)
        return try transaction.rows(some, [.text(account), .integer(limit)]).compactMap {
            $0[0].text
        }
    }

    /// The tenant of a session: the one that was asked for, if the account belongs to it, or else its
    /// only one.
    func tenant(
        _ wanted: String?,
        of account: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> String? {
        if let wanted, try isMember(account, of: wanted, in: transaction) { return wanted }
        return try only(of: account, in: transaction)
    }

    /// Whether there is such a tenant.
    func exists(
        _ tenant: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Bool {
        try !transaction.rows(exists, [.text(tenant)]).isEmpty
    }
}

// MARK: - As conditions of other statements

extension TenantMembership {
    /// Whether the account in a column belongs to the tenant in another one.
    func membership(of account: String, in tenant: String) -> String {
        "EXISTS (SELECT 1 FROM \(table) t WHERE t.\(self.account) = \(account)"
            + " AND t.\(self.tenant) = \(tenant))"
    }

    /// Whether the account in a column belongs to the tenant in another one, and to no other.
    func exclusiveMembership(of account: String, in tenant: String) -> String {
        membership(of: account, in: tenant)
            + " AND NOT EXISTS (SELECT 1 FROM \(table) t WHERE t.\(self.account) = \(account)"
            + " AND t.\(self.tenant) <> \(tenant))"
    }

    /// Whether a column names a tenant.
    func existence(of tenant: String) -> String {
        "EXISTS (SELECT 1 FROM \(tenants) t WHERE t.\"id\" = \(tenant))"
    }
}
