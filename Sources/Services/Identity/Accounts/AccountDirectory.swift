import Engine
import ModelLanguage
import Storage

/// What is known of an account beside its record.
package struct AccountSummary: Sendable, Hashable {
    package let id: String
    package let email: String?
    package let role: String?
    /// Microseconds since 1970.
    package let created: Int64
    /// Whether it has a password.
    package let canSignIn: Bool
    package let isSuspended: Bool
}

/// A kind of second factor, as problems and `_factors` name it.
package enum SecondFactorKind: String, Sendable, Hashable, CaseIterable {
    case oneTimeCode = "totp"
    case passkey
    case recoveryCode = "recovery-code"
}

/// Looks accounts up, on a connection of its own.
actor AccountDirectory {
    let connection: any ReadConnection
    private let byEmail: Statement
    private let byID: Statement
    private let newest: Statement

    init(store: any Store, collection: Collection) throws(StoreError) {
        connection = try store.makeReader()
        let tables = AccountState.tables(of: collection)
        byEmail = Statement("SELECT \(AccountState.columns) \(tables) WHERE a.\"email\" = ?1")
        byID = Statement("SELECT \(AccountState.columns) \(tables) WHERE a.\"id\" = ?1")
        newest = Statement(
            """
            SELECT a."id", a."email", c."role", a."created", c."password" IS NOT NULL,
            c."suspended" IS NOT NULL \(tables)
            ORDER BY a."created" DESC, a."id" DESC LIMIT ?1
            """
        )
    }

    /// The rows of a feature's own statement.
    func rows(_ statement: Statement, _ parameters: [SQLValue]) throws(StoreError) -> [[SQLValue]] {
        try connection.rows(statement, parameters)
    }

    func account(email: String) throws(StoreError) -> AccountState? {
        try connection.rows(byEmail, [.text(email.lowercased())]).first.flatMap { AccountState($0) }
    }

    func account(id: String) throws(StoreError) -> AccountState? {
        try connection.rows(byID, [.text(id)]).first.flatMap { AccountState($0) }
    }

    /// The newest accounts first.
    func summaries(limit: Int) throws(StoreError) -> [AccountSummary] {
        try connection.rows(newest, [.integer(Int64(limit))]).compactMap { row in
            guard let id = row[0].text else { return nil }
            return AccountSummary(
                id: id,
                email: row[1].text,
                role: row[2].text,
                created: row[3].integer ?? 0,
                canSignIn: row[4] == .boolean(true),
                isSuspended: row[5] == .boolean(true)
            )
        }
    }

    /// The kinds of second factors that an account has set up.
    func secondFactors(of account: String) throws(StoreError) -> [SecondFactorKind] {
        let kinds = try connection.rows(Self.factors, [.text(account)]).compactMap {
            $0[0].text.flatMap { SecondFactorKind(rawValue: $0) }
        }
        guard !kinds.isEmpty else { return [] }
        let codes = try connection.rows(Self.recoveryCodes, [.text(account)])
        return kinds + (codes.isEmpty ? [] : [.recoveryCode])
    }

    func familiarity(
        of device: Device,
        with account: String,
        in devices: KnownDevices
    ) throws(StoreError) -> KnownDevices.Familiarity {
        try devices.familiarity(of: device, with: account) {
            statement,
            parameters throws(StoreError) in
            try connection.rows(statement, parameters)
        }
    }

    /// The roles that the model's rules grant a caller's account.
    func roles(
        of caller: Caller,
        by rules: RoleRules,
        now: Int64
    ) throws(Problem) -> [String] {
        try rules.roles(of: caller, now: now) { statement, parameters throws(StoreError) in
            try connection.rows(statement, parameters)
        }
    }

    /// An account's sessions that stand, the one that was used last first.
    func sessions(of account: String, now: Int64) throws(StoreError) -> [Session] {
        try connection.rows(Self.sessions, [.text(account), .integer(now)])
            .compactMap { Session($0) }
    }

    func session(_ id: String) throws(StoreError) -> Session? {
        try connection.rows(Self.session, [.text(id)]).first.flatMap { Session($0) }
    }

    /// Microseconds until an attempt is welcome again; 0 if it is now.
    func wait(
        _ throttle: Throttle,
        _ keys: [Throttle.Key],
        now: Int64
    ) throws(StoreError) -> Int64 {
        try throttle.wait(keys, now: now) { statement, parameters throws(StoreError) in
            try connection.rows(statement, parameters)
        }
    }

    func audit(_ query: AuditQuery) throws(StoreError) -> [AuditRecord] {
        try query.records(on: connection)
    }

    /// Revocations with higher numbers, in the order of their commits, and the highest number.
    func revocations(
        after number: Int64
    ) throws(StoreError) -> (rows: [(subject: String, at: Int64)], last: Int64) {
        let found = try connection.rows(Self.revocations, [.integer(number)])
        let rows = found.compactMap { row in
            row[1].text.flatMap { subject in row[2].integer.map { (subject: subject, at: $0) } }
        }
        return (rows, found.last?[0].integer ?? number)
    }
}

extension AccountDirectory {
    private static let factors = Statement(
        """
        SELECT DISTINCT "kind" FROM "_factors" WHERE "account" = ?1 AND "confirmed" IS NOT NULL
        ORDER BY "kind" DESC
        """
    )
    private static let recoveryCodes = Statement(
        "SELECT 1 FROM \"_recovery_codes\" WHERE \"account\" = ?1 AND \"used\" IS NULL LIMIT 1"
    )
    private static let sessions = Statement(
        """
        SELECT \(Session.columns(of: "s")) FROM "_sessions" s
        WHERE s."account" = ?1 AND s."expires" > ?2 AND EXISTS
        (SELECT 1 FROM "_refresh_tokens" t WHERE t."session" = s."id" AND t."used" IS NULL
         AND t."expires" > ?2)
        ORDER BY s."seen" DESC, s."id" DESC LIMIT 200
        """
    )
    private static let session = Statement(
        "SELECT \(Session.columns(of: "s")) FROM \"_sessions\" s WHERE s.\"id\" = ?1"
    )
    private static let revocations = Statement(
        """
        SELECT "id", "subject", "at" FROM "_revocations" WHERE "id" > ?1 ORDER BY "id" LIMIT 10000
        """
    )
}
