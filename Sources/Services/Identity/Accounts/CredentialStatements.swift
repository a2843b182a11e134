import ModelLanguage
import Storage

/// What is written of accounts, each inside a transaction of the caller's.
struct CredentialStatements: Sendable {
    private let find: Statement
    private let state: Statement
    private let set: Statement
    private let renew: Statement
    private let setRole: Statement

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
        setRole = Statement(
            "UPDATE \"_accounts\" SET \"role\" = ?2, \"updated\" = ?3 WHERE \"id\" = ?1"
        )
    }

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

    /// Whether the account has a password, and so can have a role.
    func setRole(
        _ role: String?,
        of account: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Bool {
        try transaction.execute(
            setRole,
            [.text(account), .text(orNull: role), .integer(now)]
        ) > 0
    }
}
