import ModelLanguage
import Storage

/// What is kept of an account beside its record, as it is now.
package struct AccountState: Sendable, Hashable {
    package let id: String
    package let email: String?
    /// The encoded hash.
    package let password: String?
    /// The role that an operator gave.
    package let role: String?
    /// When its address was verified, and when it was suspended: microseconds since 1970.
    package let verified: Int64?
    package let suspended: Int64?
    /// The roles that the model's rules grant, in its order.
    package var rolesByRule: [String] = []

    /// The role that an operator gave, or the first by rule.
    package var effectiveRole: String? { role ?? rolesByRule.first }

    /// All roles, the effective one first.
    package var roles: [String] {
        guard let role else { return rolesByRule }
        return [role] + rolesByRule.filter { $0 != role }
    }
}

extension AccountState {
    /// The columns that `init` reads.
    static let columns = """
        a."id", a."email", c."password", c."role", c."verified", c."suspended"
        """

    /// The tables to read them from: an account may have no credentials.
    static func tables(of collection: Collection) -> String {
        "FROM \"\(collection.name)\" a LEFT JOIN \"_accounts\" c ON c.\"id\" = a.\"id\""
    }

    init?(_ row: [SQLValue]) {
        guard row.count == 6, let id = row[0].text else { return nil }
        self.init(
            id: id,
            email: row[1].text,
            password: row[2].text,
            role: row[3].text,
            verified: row[4].integer,
            suspended: row[5].integer
        )
    }
}
