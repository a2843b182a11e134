import Storage

/// A key as `_keys` holds it, wrapped.
struct StoredKey: Sendable {
    let id: String
    let purpose: KeyPurpose
    let wrapped: String
    /// Microseconds since 1970.
    let created: Int64
    let retired: Int64?
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
                retired: row[4].integer
            )
        }
    }

    static let list = Statement(
        """
        SELECT "id", "purpose", "wrapped", "created", "retired" FROM "_keys"
        ORDER BY "created", "id"
        """
    )
    /// Adds a key that is newer than all others, whatever the clock says; none if another master key
    /// wraps them, since that one is about to be, or has been, forgotten.
    static let insert = Statement(
        """
        INSERT INTO "_keys" ("id", "purpose", "wrapped", "created", "retired")
        SELECT ?1, ?2, ?3, max(?4, (SELECT coalesce(max("created"), 0) + 1 FROM "_keys")), NULL
        WHERE NOT EXISTS (SELECT 1 FROM "_keys" WHERE instr("wrapped", ?5) <> 1)
        """
    )
    /// Adds a key unless there is one of its purpose, or another master key wraps the others.
    static let insertFirst = Statement(
        """
        INSERT INTO "_keys" ("id", "purpose", "wrapped", "created", "retired")
        SELECT ?1, ?2, ?3, ?4, NULL WHERE NOT EXISTS (SELECT 1 FROM "_keys"
        WHERE ("purpose" = ?2 AND "retired" IS NULL) OR instr("wrapped", ?5) <> 1)
        """
    )
    /// Retires the keys of a purpose that are older than one, as long as that one stands.
    static func retire(
        _ purpose: KeyPurpose,
        before id: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(
            retirement,
            [.text(purpose.rawValue), .text(id), .integer(now)]
        )
    }

    private static let retirement = Statement(
        """
        UPDATE "_keys" SET "retired" = ?3 WHERE "purpose" = ?1 AND "retired" IS NULL AND "created" <
        (SELECT "created" FROM "_keys" WHERE "id" = ?2 AND "purpose" = ?1 AND "retired" IS NULL)
        """
    )
    static let rewrap = Statement("UPDATE \"_keys\" SET \"wrapped\" = ?2 WHERE \"id\" = ?1")
}
