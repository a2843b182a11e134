import Storage

/// Keeps sessions as families of refresh tokens (RFC 9700, 4.14.2).
///
/// A sign-in starts a family. A refresh uses one token up and adds the next; the used ones stay, so
/// that it shows when one is presented again:
///
///     within the grace period   a client's own second request: another token of the family
///     later                     it was stolen, or its successor was: the family is revoked
///
/// A revoked family is gone, so its tokens are as unknown as any others.
struct SessionLedger: Sendable {
    /// Microseconds.
    let lifetime: Int64
    let grace: Int64

    /// Whom a session belongs to, as it is now.
    struct Session: Sendable {
        let account: String
        let family: String
        let role: String?
    }

    /// A token about to be added.
    struct Addition: Sendable {
        let id: String
        let digest: [UInt8]
    }

    /// Starts a family, unless the account has another password by now.
    func open(
        account: String,
        password: String,
        _ addition: Addition,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Session? {
        let rows = try transaction.rows(Self.role, [.text(account), .text(password)])
        guard let row = rows.first else { return nil }
        let session = Session(account: account, family: addition.id, role: row[0].text)
        try add(addition, to: session, now: now, in: transaction)
        return session
    }

    /// Uses a token up and adds its successor; nil if the token does not stand.
    func rotate(
        _ digest: [UInt8],
        _ addition: Addition,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Session? {
        guard let row = try transaction.rows(Self.find, [.blob(digest)]).first,
            let id = row[0].text, let account = row[1].text, let family = row[2].text,
            let expires = row[3].integer, expires > now
        else { return nil }
        if let used = row[4].integer {
            guard now - used <= grace else {
                _ = try transaction.execute(Self.revokeFamily, [.text(family)])
                return nil
            }
        } else {
            _ = try transaction.execute(Self.use, [.text(id), .integer(now)])
        }
        let session = Session(account: account, family: family, role: row[5].text)
        try add(addition, to: session, now: now, in: transaction)
        return session
    }

    private func add(
        _ addition: Addition,
        to session: Session,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(
            Self.insert,
            [
                .text(addition.id), .text(session.account), .text(session.family),
                .blob(addition.digest), .integer(now), .integer(now + lifetime),
            ]
        )
    }

    /// Ends the family of a token, used or not.
    func revokeFamily(
        of digest: [UInt8],
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(Self.revokeFamilyOfToken, [.blob(digest)])
    }

    /// Ends all sessions of an account.
    func revokeAll(
        of account: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(Self.revokeAccount, [.text(account)])
    }

    /// Removes a bounded number of tokens that have expired; how many.
    func sweep(now: Int64, in transaction: any WriteTransaction) throws(StoreError) -> Int {
        try transaction.execute(Self.expire, [.integer(now)])
    }
}

// MARK: - Statements

extension SessionLedger {
    private static let role = Statement(
        "SELECT \"role\" FROM \"_accounts\" WHERE \"id\" = ?1 AND \"password\" = ?2"
    )
    private static let find = Statement(
        """
        SELECT s."id", s."account", s."family", s."expires", s."used", a."role"
        FROM "_sessions" s JOIN "_accounts" a ON a."id" = s."account" WHERE s."token_hash" = ?1
        """
    )
    private static let insert = Statement(
        """
        INSERT INTO "_sessions"
        ("id", "account", "family", "token_hash", "created", "expires", "used")
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL)
        """
    )
    private static let use = Statement("UPDATE \"_sessions\" SET \"used\" = ?2 WHERE \"id\" = ?1")
    private static let revokeFamily = Statement("DELETE FROM \"_sessions\" WHERE \"family\" = ?1")
    private static let revokeFamilyOfToken = Statement(
        """
        DELETE FROM "_sessions" WHERE "family" =
        (SELECT "family" FROM "_sessions" WHERE "token_hash" = ?1)
        """
    )
    private static let revokeAccount = Statement("DELETE FROM \"_sessions\" WHERE \"account\" = ?1")
    private static let expire = Statement(
        """
        DELETE FROM "_sessions" WHERE "id" IN
        (SELECT "id" FROM "_sessions" WHERE "expires" <= ?1 ORDER BY "expires" LIMIT 500)
        """
    )
}
