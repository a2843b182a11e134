package import JSON
package import Storage

/// What happened, in a word.
///
/// Features add their own kinds as extensions.
package struct AuditKind: RawRepresentable, Sendable, Hashable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package static let accountCreated = AuditKind(rawValue: "account.created")
    package static let accountSuspended = AuditKind(rawValue: "account.suspended")
    package static let accountRestored = AuditKind(rawValue: "account.restored")
    package static let roleChanged = AuditKind(rawValue: "role.changed")
    package static let signedIn = AuditKind(rawValue: "session.started")
    package static let signInFailed = AuditKind(rawValue: "sign-in.failed")
    package static let sessionEnded = AuditKind(rawValue: "session.ended")
    package static let refreshReused = AuditKind(rawValue: "refresh.reused")
    package static let reauthenticated = AuditKind(rawValue: "session.reauthenticated")
    package static let passwordChanged = AuditKind(rawValue: "password.changed")
    package static let passwordReset = AuditKind(rawValue: "password.reset")
    package static let keysRotated = AuditKind(rawValue: "keys.rotated")
    package static let tenantChanged = AuditKind(rawValue: "session.tenant-changed")
}

/// One entry of the audit log.
package struct AuditEntry: Sendable, Hashable {
    package let kind: AuditKind
    /// Whom it is about.
    package let account: String?
    /// Who did it, where it was somebody else: an account, or `operator` for the command line.
    package let actor: String?
    package let device: Device
    /// Never a secret, an address of mail or another value of a record.
    package let details: JSONValue?

    package init(
        _ kind: AuditKind,
        account: String?,
        actor: String? = nil,
        device: Device = .unknown,
        details: JSONValue? = nil
    ) {
        self.kind = kind
        self.account = account
        self.actor = actor
        self.device = device
        self.details = details
    }
}

/// An entry as it is read.
package struct AuditRecord: Sendable, Hashable {
    package let sequence: Int64
    /// Microseconds since 1970.
    package let at: Int64
    package let kind: String
    package let account: String?
    package let actor: String?
    package let address: String?
    package let agent: String?
    package let details: JSONValue?

    package var json: JSONValue {
        [
            "sequence": .integer(sequence),
            "at": .string(Instant.text(at)),
            "kind": .string(kind),
            "account": account.map { .string($0) } ?? .null,
            "actor": actor.map { .string($0) } ?? .null,
            "address": address.map { .string($0) } ?? .null,
            "agent": agent.map { .string($0) } ?? .null,
            "details": details ?? .null,
        ]
    }
}

extension AuditRecord {
    /// The columns that `init` reads.
    static let columns = """
        "seq", "at", "kind", "account", "actor", "address", "agent", "details"
        """

    init?(_ row: [SQLValue]) {
        guard row.count == 8, let sequence = row[0].integer, let at = row[1].integer,
            let kind = row[2].text
        else { return nil }
        self.init(
            sequence: sequence,
            at: at,
            kind: kind,
            account: row[3].text,
            actor: row[4].text,
            address: row[5].text,
            agent: row[6].text,
            details: row[7].text.flatMap { try? JSONParser.parse($0) }
        )
    }
}

/// Writes down who signed in, failed to, and what was done to accounts.
///
/// An entry is written in the transaction of what it tells, so that neither is without the other.
package struct AuditLog: Sendable {
    package func record(
        _ entry: AuditEntry,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(
            Self.insert,
            [
                .integer(now), .text(entry.kind.rawValue), .text(orNull: entry.account),
                .text(orNull: entry.actor), .text(orNull: entry.device.address),
                .text(orNull: entry.device.agent), .text(orNull: entry.details?.description),
            ]
        )
    }

    /// Removes a bounded number of entries from before a moment; how many.
    ///
    /// The last one stays, so that the numbers go on.
    func sweep(before: Int64, in transaction: any WriteTransaction) throws(StoreError) -> Int {
        try transaction.execute(Self.expire, [.integer(before)])
    }

    private static let insert = Statement(
        """
        INSERT INTO "_audit" ("at", "kind", "account", "actor", "address", "agent", "details")
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """
    )
    // Entries are in the order of time, but for clocks that are set back: those go a little later.
    private static let expire = Statement(
        """
        DELETE FROM "_audit" WHERE "seq" IN
        (SELECT "seq" FROM "_audit" ORDER BY "seq" LIMIT 500) AND "at" <= ?1
        AND "seq" < (SELECT max("seq") FROM "_audit")
        """
    )
}

// MARK: - Reading

/// Which entries to read: the newest first.
package struct AuditQuery: Sendable, Hashable {
    package var account: String?
    /// Only entries before this number.
    package var before: Int64?
    package var limit: Int

    package init(account: String? = nil, before: Int64? = nil, limit: Int = 50) {
        self.account = account
        self.before = before
        self.limit = limit
    }
}

extension AuditQuery {
    func records(on connection: any ReadConnection) throws(StoreError) -> [AuditRecord] {
        let end = SQLValue.integer(before ?? .max)
        let count = SQLValue.integer(Int64(min(max(limit, 0), 1_000)))
        let rows =
            if let account {
                try connection.rows(Self.ofAccount, [end, count, .text(account)])
            } else {
                try connection.rows(Self.all, [end, count])
            }
        return rows.compactMap { AuditRecord($0) }
    }

    private static let columns = AuditRecord.columns
    private static let all = Statement(
        "SELECT \(columns) FROM \"_audit\" WHERE \"seq\" < ?1 ORDER BY \"seq\" DESC LIMIT ?2"
    )
    private static let ofAccount = Statement(
        """
        SELECT \(columns) FROM "_audit" WHERE "account" = ?3 AND "seq" < ?1
        ORDER BY "seq" DESC LIMIT ?2
        """
    )
}
