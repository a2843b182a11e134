import ModelLanguage
import Storage

/// Finds a key by its digest, with what its account may do now: one indexed read.
struct KeyLookup: Sendable {
    struct Found: Sendable {
        let key: KeyRecord
        /// The account's role, or that of a service.
        let role: String?
        /// Whether the account's address is verified.
        let isVerified: Bool
    }

    private let statement: Statement

    init(collection: Collection) {
        statement = Statement(
            """
            SELECT \(KeyRecord.columns), a."id", c."role", c."suspended", c."verified"
            FROM "_api_keys" k LEFT JOIN "\(collection.name)" a ON a."id" = k."account"
            LEFT JOIN "_accounts" c ON c."id" = k."account" WHERE k."digest" = ?1
            """
        )
    }

    /// Nil if there is no such key, if it does not hold any more, or its account is suspended.
    func find(
        _ key: APIKey,
        now: Int64,
        on connection: any ReadConnection
    ) throws(StoreError) -> Found? {
        let rows = try connection.rows(statement, [.blob(key.digest)])
        guard let row = rows.first, let record = KeyRecord(row), record.isValid(at: now) else {
            return nil
        }
        let account = Array(row.dropFirst(KeyRecord.columnCount))
        guard record.account != nil else {
            return Found(key: record, role: record.role, isVerified: false)
        }
        guard account[0].text != nil, account[2].integer == nil else { return nil }
        return Found(
            key: record,
            role: account[1].text,
            isVerified: account[3].integer != nil
        )
    }
}

extension IdentityService {
    var keyLookup: KeyLookup { KeyLookup(collection: collection) }
}
