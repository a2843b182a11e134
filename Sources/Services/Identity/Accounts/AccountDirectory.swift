import ModelLanguage
import Storage

/// What is known of an account beside its record.
package struct AccountSummary: Sendable, Hashable {
    package let id: String
    package let email: String
    package let role: String?
    /// Microseconds since 1970.
    package let created: Int64
    /// Whether it has a password.
    package let canSignIn: Bool
}

/// Looks accounts up, on a connection of its own.
actor AccountDirectory {
    struct Credentials: Sendable {
        let account: String
        /// The encoded hash.
        let password: String
    }

    private let connection: any ReadConnection
    private let byEmail: Statement
    private let byID: Statement
    private let newest: Statement

    init(store: any Store, collection: Collection) throws(StoreError) {
        connection = try store.makeReader()
        byEmail = Statement(
            """
            SELECT c."id", c."password" FROM "\(collection.name)" a
            JOIN "_accounts" c ON c."id" = a."id" WHERE a."email" = ?1
            """
        )
        byID = Statement("SELECT \"id\", \"password\" FROM \"_accounts\" WHERE \"id\" = ?1")
        newest = Statement(
            """
            SELECT a."id", a."email", c."role", a."created", c."password" IS NOT NULL
            FROM "\(collection.name)" a LEFT JOIN "_accounts" c ON c."id" = a."id"
            ORDER BY a."created" DESC, a."id" DESC LIMIT ?1
            """
        )
    }

    func credentials(email: String) throws(StoreError) -> Credentials? {
        try credentials(byEmail, .text(email.lowercased()))
    }

    func credentials(id: String) throws(StoreError) -> Credentials? {
        try credentials(byID, .text(id))
    }

    private func credentials(
        _ statement: Statement,
        _ parameter: SQLValue
    ) throws(StoreError) -> Credentials? {
        guard let row = try connection.rows(statement, [parameter]).first,
            let account = row[0].text, let password = row[1].text
        else { return nil }
        return Credentials(account: account, password: password)
    }

    /// The newest accounts first.
    func summaries(limit: Int) throws(StoreError) -> [AccountSummary] {
        try connection.rows(newest, [.integer(Int64(limit))]).compactMap { row in
            guard let id = row[0].text, let email = row[1].text else { return nil }
            return AccountSummary(
                id: id,
                email: email,
                role: row[2].text,
                created: row[3].integer ?? 0,
                canSignIn: row[4] == .boolean(true)
            )
        }
    }
}
