import ModelLanguage
import Storage

/// What is written of accounts, each inside a transaction of the caller's.
struct CredentialStatements: Sendable {
    private let find: Statement
    private let state: Statement
    private let set: Statement
    private let renew: Statement
    private let setRole: Statement
    private let setSuspended: Statement
    private let setVerified: Statement

    init(collection: Collection) {
        find = Statement("SELECT \"id\" FROM \"\(collection.name)\" WHERE \"email\" = ?1")
        state = Statement(
            "SELECT \(AccountState.columns) \(AccountState.tables(of: collection)) WHERE a.\"id\" = ?1"
        )
        set = Statement(
            """
            INSERT INTO "_accounts" ("id", "password", "role", "created", "updated")
            VALUES (?1, ?2, ?3, ?4, ?4)
            ON CONFLICT ("id") DO UPDATE SET "password" = ?2, "updated" = ?4
            """
        )
        renew = Statement(
            """
            UPDATE "_accounts" SET "password" = ?3, "updated" = ?4
            WHERE "id" = ?1 AND "password" = ?2
            """
        )
        setRole = Self.upsert("role")
        setSuspended = Self.upsert("suspended")
        setVerified = Self.upsert("verified")
    }

    /// Sets a column of an account, whether it has a row or not.
    private static func upsert(_ column: String) -> Statement {
        Statement(
            """
            INSERT INTO "_accounts" ("id", "\(column)", "created", "updated")
            VALUES (?1, ?2, ?3, ?3)
            ON CONFLICT ("id") DO UPDATE SET "\(column)" = ?2, "updated" = ?3
            """
        )
    }

    private static let removePassword = Statement(
        "UPDATE \"_accounts\" SET \"password\" = NULL, \"updated\" = ?2 WHERE \"id\" = ?1"
    )

    /// The id of the record with an address.
    func account(
        email: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> String? {
        try transaction.rows(find, [.text(email.lowercased())]).first?.first?.text
    }

    /// What is kept of an account beside its record; nil if there is no such account.
    func state(
        of account: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> AccountState? {
        try transaction.rows(state, [.text(account)]).first.flatMap { AccountState($0) }
    }

    /// Gives an account a password; the role counts only if it had none before.
    func setPassword(
        _ hash: String,
        of account: String,
        role: String? = nil,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(
            set,
            [.text(account), .text(hash), .text(orNull: role), .integer(now)]
        )
    }

    func removePassword(
        of account: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(Self.removePassword, [.text(account), .integer(now)])
    }

    /// Puts another hash of the same password in place, unless the password was changed meanwhile.
    func renewHash(
        _ old: String,
        to new: String,
        of account: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(
            renew,
            [.text(account), .text(old), .text(new), .integer(now)]
        )
    }

    func setRole(
        _ role: String?,
        of account: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(
            setRole,
            [.text(account), .text(orNull: role), .integer(now)]
        )
    }

    /// Suspends an account since a moment, or not any more.
    func setSuspended(
        _ moment: Int64?,
        of account: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(
            setSuspended,
            [.text(account), moment.map { .integer($0) } ?? .null, .integer(now)]
        )
    }

    /// Notes since when an account's address is known to be its owner's, or that it is not.
    package func setVerified(
        _ moment: Int64?,
        of account: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(
            setVerified,
            [.text(account), moment.map { .integer($0) } ?? .null, .integer(now)]
        )
    }
}
