import JSON
import Storage

/// A key as it is kept.
///
/// Times are microseconds since 1970.
package struct KeyRecord: Sendable, Hashable {
    package let id: String
    /// The account that it acts as; nil for a service's.
    package let account: String?
    package let name: String
    /// The part that may be shown.
    package let prefix: String
    /// A service's role.
    package let role: String?
    package let scopes: [String]
    package let expires: Int64?
    /// When it was used last, to the minute.
    package let used: Int64?
    package let created: Int64
    package let createdBy: String?
    package let revoked: Int64?
    /// The tenant that it acts in, fixed when it was made.
    package let tenant: String?

    func isValid(at now: Int64) -> Bool {
        revoked == nil && expires.map { $0 > now } ?? true
    }
}

extension KeyRecord {
    static let columns = """
        k."id", k."account", k."name", k."prefix", k."role", k."scopes", k."expires", k."used", \
        k."created", k."created_by", k."revoked", k."tenant"
        """
    static let columnCount = 12

    init?(_ row: some RandomAccessCollection<SQLValue>) {
        let row = Array(row)
        guard row.count >= Self.columnCount, let id = row[0].text, let name = row[2].text,
            let prefix = row[3].text, let scopes = row[5].text, let created = row[8].integer,
            case .array(let names)? = try? JSONParser.parse(scopes)
        else { return nil }
        self.init(
            id: id,
            account: row[1].text,
            name: name,
            prefix: prefix,
            role: row[4].text,
            scopes: names.compactMap(\.stringValue),
            expires: row[6].integer,
            used: row[7].integer,
            created: created,
            createdBy: row[9].text,
            revoked: row[10].integer,
            tenant: row[11].text
        )
    }
}

/// What is read and written of `_api_keys`.
struct KeyStatements: Sendable {
    /// A use is written down when the last one is older than this, in microseconds.
    static let usePrecision: Int64 = 60_000_000

    func insert(
        _ key: KeyRecord,
        digest: [UInt8],
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(
            Self.insert,
            [
                .text(key.id), .text(orNull: key.account), .text(key.name), .text(key.prefix),
                .blob(digest), .text(orNull: key.role),
                .text(JSONValue.array(key.scopes.map { .string($0) }).description),
                key.expires.map { .integer($0) } ?? .null, .integer(key.created),
                .text(orNull: key.createdBy), .text(orNull: key.tenant),
            ]
        )
    }

    func key(_ id: String, in transaction: any WriteTransaction) throws(StoreError) -> KeyRecord? {
        try transaction.rows(Self.byID, [.text(id)]).first.flatMap { KeyRecord($0) }
    }

    /// Keys of an account, or of all services where it is nil, that are neither revoked nor expired.
    func count(
        of account: String?,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Int64 {
        let rows = try transaction.rows(Self.count, [.text(orNull: account), .integer(now)])
        return rows.first?.first?.integer ?? 0
    }

    func revoke(_ id: String, now: Int64, in transaction: any WriteTransaction) throws(StoreError) {
        _ = try transaction.execute(Self.revoke, [.text(id), .integer(now)])
    }

    /// Ends a key at a moment, unless it ends before.
    func end(_ id: String, at end: Int64, in transaction: any WriteTransaction) throws(StoreError) {
        _ = try transaction.execute(Self.end, [.text(id), .integer(end)])
    }

    /// Writes down a use; whether it is the first one of its minute.
    func use(
        _ id: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Bool {
        try transaction.execute(
            Self.use,
            [.text(id), .integer(now), .integer(now - Self.usePrecision)]
        ) > 0
    }

    /// Those of an account, or of the services; of one tenant alone, if one is named.
    static func list(
        of account: String?,
        in tenant: String?,
        on connection: any ReadConnection
    ) throws(StoreError) -> [KeyRecord] {
        try connection.rows(listed, [.text(orNull: account), .text(orNull: tenant)])
            .compactMap { KeyRecord($0) }
    }

    private static let insert = Statement(
        """
        INSERT INTO "_api_keys" ("id", "account", "name", "prefix", "digest", "role", "scopes",
        "expires", "created", "created_by", "tenant")
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        """
    )
    private static let byID = Statement(
        "SELECT \(KeyRecord.columns) FROM \"_api_keys\" k WHERE k.\"id\" = ?1"
    )
    private static let listed = Statement(
        """
        SELECT \(KeyRecord.columns) FROM "_api_keys" k
        WHERE k."account" IS ?1 AND k."revoked" IS NULL AND (?2 IS NULL OR k."tenant" = ?2)
        ORDER BY k."created" DESC LIMIT 500
        """
    )
    private static let count = Statement(
        """
        SELECT count(*) FROM "_api_keys" WHERE "account" IS ?1 AND "revoked" IS NULL
        AND ("expires" IS NULL OR "expires" > ?2)
        """
    )
    private static let revoke = Statement(
        "UPDATE \"_api_keys\" SET \"revoked\" = ?2 WHERE \"id\" = ?1 AND \"revoked\" IS NULL"
    )
    private static let end = Statement(
        """
        UPDATE "_api_keys" SET "expires" = ?2
        WHERE "id" = ?1 AND ("expires" IS NULL OR "expires" > ?2)
        """
    )
    private static let use = Statement(
        """
        UPDATE "_api_keys" SET "used" = ?2
        WHERE "id" = ?1 AND ("used" IS NULL OR "used" < ?3)
        """
    )
}
