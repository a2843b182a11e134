import Storage

/// An account's identity at a provider.
package struct LinkedIdentity: Sendable, Hashable {
    package let id: String
    package let provider: String
    /// Microseconds since 1970.
    package let created: Int64
}

/// Keeps which account is whom at a provider.
struct IdentityStatements: Sendable {
    func account(
        provider: String,
        subject: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> String? {
        try transaction.rows(Self.find, [.text(provider), .text(subject)]).first?[0].text
    }

    func link(
        _ identity: (provider: String, subject: String),
        to account: String,
        id: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(
            Self.insert,
            [
                .text(id), .text(account), .text(identity.provider), .text(identity.subject),
                .integer(now),
            ]
        )
    }

    func identities(
        of account: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> [LinkedIdentity] {
        try transaction.rows(Self.list, [.text(account)]).compactMap { row in
            guard let id = row[0].text, let provider = row[1].text, let created = row[2].integer
            else { return nil }
            return LinkedIdentity(id: id, provider: provider, created: created)
        }
    }

    /// Whether the account had it.
    func unlink(
        _ id: String,
        of account: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Bool {
        try transaction.execute(Self.delete, [.text(id), .text(account)]) > 0
    }

    private static let find = Statement(
        "SELECT \"account\" FROM \"_identities\" WHERE \"provider\" = ?1 AND \"subject\" = ?2"
    )
    private static let insert = Statement(
        """
        INSERT INTO "_identities" ("id", "account", "provider", "subject", "created")
        VALUES (?1, ?2, ?3, ?4, ?5)
        """
    )
    private static let list = Statement(
        """
        SELECT "id", "provider", "created" FROM "_identities" WHERE "account" = ?1
        ORDER BY "created", "id" LIMIT 100
        """
    )
    private static let delete = Statement(
        "DELETE FROM \"_identities\" WHERE \"id\" = ?1 AND \"account\" = ?2"
    )
}
