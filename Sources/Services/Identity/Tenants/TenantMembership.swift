import ModelLanguage
import Storage

/// Says which tenants an account belongs to, as the model declares it.
struct TenantMembership: Sendable {
    private let isMember: Statement
    private let some: Statement

    init(_ tenants: Tenants, accounts: Collection) {
        let table = tenants.members ?? accounts.name
        let conditions = "\"\(tenants.accountField)\" = ?1 AND \"\(tenants.tenantField)\""
        isMember = Statement("SELECT 1 FROM \"\(table)\" WHERE \(conditions) = ?2 LIMIT 1")
        some = Statement(
            """
            SELECT DISTINCT "\(tenants.tenantField)" FROM "\(table)"
            WHERE \(conditions) IS NOT NULL LIMIT 2
            """
        )
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
        let found = try transaction.rows(some, [.text(account)])
        return found.count == 1 ? found[0][0].text : nil
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
}
