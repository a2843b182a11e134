import Storage

/// A key as `_keys` holds it, wrapped.
struct StoredKey: Sendable {
    let id: String
    let purpose: KeyPurpose
    let wrapped: String
    /// Microseconds since 1970.
    let created: Int64
    let isRetired: Bool
}

/// The statements on `_keys`.
enum KeyTable {
    /// The keys, oldest first.
    static func rows(
        _ read: (Statement, [SQLValue]) throws(StoreError) -> [[SQLValue]]
    ) throws(StoreError) -> [StoredKey] {
        try read(list, []).compactMap { row in
            guard let id = row[0].text, let purpose = row[1].text.flatMap(KeyPurpose.init),
                let wrapped = row[2].text, let created = row[3].integer
            else { return nil }
            return StoredKey(
                id: id,
                purpose: purpose,
                wrapped: wrapped,
                created: created,
                isRetired: !row[4].isNull
            )
        }
    }

    static let list = Statement(
        """
        SELECT "id", "purpose", "wrapped", "created", "retired" FROM "_keys"
        ORDER BY "created", "id"
        """
    )
    /// Adds a key that is newer than all others, whatever the clock says.
    static let insert = Statement(
        """
        INSERT INTO "_keys" ("id", "purpose", "wrapped", "created", "retired")
        SELECT ?1, ?2, ?3, max(?4, coalesce(max("created"), 0) + 1), NULL FROM "_keys"
        """
    )
    /// Adds a key unless there is one of its purpose.
    static let insertFirst = Statement(
        """
        INSERT INTO "_keys" ("id", "purpose", "wrapped", "created", "retired")
        SELECT ?1, ?2, ?3, ?4, NULL WHERE NOT EXISTS
        (SELECT 1 FROM "_keys" WHERE "purpose" = ?2 AND "retired" IS NULL)
        """
    )
    static let retire = Statement(
        """
        UPDATE "_keys" SET "retired" = ?2
        WHERE "purpose" = 'data' AND "id" <> ?1 AND "retired" IS NULL
        """
    )
    static let rewrap = Statement("UPDATE \"_keys\" SET \"wrapped\" = ?2 WHERE \"id\" = ?1")
}
