import Storage

/// Keeps sessions, each with a chain of refresh tokens (RFC 9700, 4.14.2).
///
/// A session begins with one token. A refresh uses a token up and adds its successor; the used ones
/// stay, so that it shows when one is presented again:
///
///     within the grace period   a client's own second request: the same successor once more
///     later                     it was stolen, or its successor was: the session ends
///
/// The successor is kept sealed with the token that it follows, so that the chain never forks, and
/// the database alone gives nobody a token. A session that has ended is gone, so its tokens are as
/// unknown as any others.
struct SessionLedger: Sendable {
    /// Microseconds.
    let idleLifetime: Int64
    let absoluteLifetime: Int64
    let grace: Int64

    /// What a refresh comes to.
    enum Rotation: Sendable {
        case rotated(Session, RefreshToken, expires: Int64)
        case refused
        /// A token that was used before; its session has ended.
        case reused(session: String, account: String)
    }

    /// Adds a session with its first token; when that expires.
    func open(
        _ session: Session,
        _ token: RefreshToken,
        id: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Int64 {
        _ = try transaction.execute(
            Self.insertSession,
            [
                .text(session.id), .text(session.account), .integer(session.created),
                .integer(now), .integer(session.authenticated), .integer(session.expires),
                .text(session.methods.map(\.rawValue).joined(separator: " ")),
                .boolean(session.hasSecondFactor), .boolean(session.isBrowser),
                .text(orNull: session.agent), .text(orNull: session.address),
                .text(orNull: session.tenant), .text(orNull: session.impersonator),
            ]
        )
        return try add(token, id: id, to: session, now: now, in: transaction)
    }

    /// Uses a token up and gives its successor, which `fresh` becomes unless there is one.
    func rotate(
        _ presented: RefreshToken,
        to fresh: RefreshToken,
        id: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Rotation {
        guard let row = try transaction.rows(Self.find, [.blob(presented.digest)]).first,
            let tokenID = row[0].text, let expires = row[1].integer, expires > now,
            let session = Session(Array(row.dropFirst(4))), session.expires > now
        else { return .refused }
        if let used = row[2].integer {
            guard now - used <= grace else {
                try end(session.id, now: now, in: transaction)
                return .reused(session: session.id, account: session.account)
            }
            guard case .blob(let sealed) = row[3],
                let successor = presented.openSuccessor(sealed),
                let next = try transaction.rows(Self.find, [.blob(successor.digest)]).first,
                let nextExpires = next[1].integer
            else { return .refused }
            return .rotated(session, successor, expires: nextExpires)
        }
        guard let sealed = presented.sealSuccessor(fresh) else { return .refused }
        _ = try transaction.execute(
            Self.use,
            [.text(tokenID), .integer(now), .blob(sealed)]
        )
        let next = try add(fresh, id: id, to: session, now: now, in: transaction)
        return .rotated(session, fresh, expires: next)
    }

    /// The session that a token could be refreshed for; nil if it could not.
    func refreshable(
        _ token: RefreshToken,
        now: Int64,
        rows: (Statement, [SQLValue]) throws(StoreError) -> [[SQLValue]]
    ) throws(StoreError) -> Session? {
        guard let row = try rows(Self.find, [.blob(token.digest)]).first,
            let expires = row[1].integer, expires > now,
            row[2].integer.map({ now - $0 <= grace }) ?? true,
            let session = Session(Array(row.dropFirst(4))), session.expires > now
        else { return nil }
        return session
    }

    private func add(
        _ token: RefreshToken,
        id: String,
        to session: Session,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Int64 {
        let expires = min(now + idleLifetime, session.expires)
        _ = try transaction.execute(
            Self.insertToken,
            [
                .text(id), .text(session.id), .blob(token.digest), .integer(now),
                .integer(expires),
            ]
        )
        return expires
    }

    /// Notes when, and from where, a session was used last.
    func touch(
        _ session: String,
        address: String?,
        agent: String?,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(
            Self.touch,
            [.text(session), .integer(now), .text(orNull: address), .text(orNull: agent)]
        )
    }

    /// The session that a token belongs to, used or not.
    func session(
        of token: RefreshToken,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Session? {
        try transaction.rows(Self.find, [.blob(token.digest)]).first
            .flatMap { Session(Array($0.dropFirst(4))) }
    }

    func session(
        _ id: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Session? {
        try transaction.rows(Self.findSession, [.text(id)]).first.flatMap { Session($0) }
    }

    /// Notes that a session's owner has proved anew who they are.
    func reauthenticate(
        _ session: Session,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(
            Self.reauthenticate,
            [
                .text(session.id), .integer(session.authenticated),
                .text(session.methods.map(\.rawValue).joined(separator: " ")),
                .boolean(session.hasSecondFactor),
            ]
        )
    }

    func setTenant(
        _ tenant: String?,
        of session: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(Self.setTenant, [.text(session), .text(orNull: tenant)])
    }

    /// Removes a bounded number of sessions and tokens that have expired; how many.
    func sweep(now: Int64, in transaction: any WriteTransaction) throws(StoreError) -> Int {
        let sessions = try transaction.execute(Self.expireSessions, [.integer(now)])
        return try sessions + transaction.execute(Self.expireTokens, [.integer(now)])
    }
}

// MARK: - Ending sessions

extension SessionLedger {
    /// Ends a session: its refresh tokens go, and its access tokens are void.
    func end(
        _ session: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(Self.delete, [.text(session)])
        try revocations.add(.session(session), now: now, in: transaction)
    }

    /// Ends all sessions of an account but one, and those in which it acts for others; which ones.
    func endAll(
        of account: String,
        but kept: String? = nil,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> [String] {
        let ended = try transaction.rows(Self.others, [.text(account), .text(kept ?? "")])
            .compactMap { $0[0].text }
        for session in ended { try end(session, now: now, in: transaction) }
        return try ended + endActing(account, now: now, in: transaction)
    }

    /// Ends the sessions in which an operator acts for others; which ones.
    func endActing(
        _ actor: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> [String] {
        let ended = try transaction.rows(Self.acting, [.text(actor)])
            .compactMap { $0[0].text }
        for session in ended { try end(session, now: now, in: transaction) }
        return ended
    }

    private var revocations: RevocationStatements { RevocationStatements() }
}

// MARK: - Statements

extension SessionLedger {
    private static let insertSession = Statement(
        """
        INSERT INTO "_sessions"
        ("id", "account", "created", "seen", "authenticated", "expires", "methods", "mfa",
         "browser", "agent", "address", "tenant", "impersonator")
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        """
    )
    private static let insertToken = Statement(
        """
        INSERT INTO "_refresh_tokens" ("id", "session", "token_hash", "created", "expires")
        VALUES (?1, ?2, ?3, ?4, ?5)
        """
    )
    private static let find = Statement(
        """
        SELECT t."id", t."expires", t."used", t."successor", \(Session.columns(of: "s"))
        FROM "_refresh_tokens" t JOIN "_sessions" s ON s."id" = t."session"
        WHERE t."token_hash" = ?1
        """
    )
    private static let use = Statement(
        "UPDATE \"_refresh_tokens\" SET \"used\" = ?2, \"successor\" = ?3 WHERE \"id\" = ?1"
    )
    private static let touch = Statement(
        """
        UPDATE "_sessions" SET "seen" = ?2, "address" = coalesce(?3, "address"),
        "agent" = coalesce(?4, "agent") WHERE "id" = ?1
        """
    )
    private static let findSession = Statement(
        "SELECT \(Session.columns(of: "s")) FROM \"_sessions\" s WHERE s.\"id\" = ?1"
    )
    private static let reauthenticate = Statement(
        """
        UPDATE "_sessions" SET "authenticated" = ?2, "methods" = ?3, "mfa" = ?4 WHERE "id" = ?1
        """
    )
    private static let setTenant = Statement(
        "UPDATE \"_sessions\" SET \"tenant\" = ?2 WHERE \"id\" = ?1"
    )
    private static let delete = Statement("DELETE FROM \"_sessions\" WHERE \"id\" = ?1")
    private static let others = Statement(
        "SELECT \"id\" FROM \"_sessions\" WHERE \"account\" = ?1 AND \"id\" <> ?2"
    )
    private static let acting = Statement(
        "SELECT \"id\" FROM \"_sessions\" WHERE \"impersonator\" = ?1"
    )
    private static let expireSessions = Statement(
        """
        DELETE FROM "_sessions" WHERE "id" IN
        (SELECT "id" FROM "_sessions" WHERE "expires" <= ?1 ORDER BY "expires" LIMIT 500)
        """
    )
    private static let expireTokens = Statement(
        """
        DELETE FROM "_refresh_tokens" WHERE "id" IN
        (SELECT "id" FROM "_refresh_tokens" WHERE "expires" <= ?1 ORDER BY "expires" LIMIT 500)
        """
    )
}
