import Storage

/// What somebody agreed to.
package struct Consent: Sendable, Hashable {
    package let name: String
    /// Microseconds since 1970.
    package let at: Int64
}

/// Keeps who agreed to what, when and from where (GDPR, article 7).
struct ConsentLedger: Sendable {
    /// Writes down that an account agreed; `newID` makes the ids of the rows, `moment` is in
    /// microseconds since 1970, `address` is that of the client.
    func record(
        _ names: [String],
        of account: String,
        at moment: Int64,
        from address: String?,
        newID: () -> String,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        for name in names {
            _ = try transaction.execute(
                Self.insert,
                [
                    .text(newID()), .text(account), .text(name), .integer(moment),
                    .text(orNull: address),
                ]
            )
        }
    }

    /// What an account agreed to, the newest first.
    func list(
        of account: String,
        on connection: any ReadConnection
    ) throws(StoreError) -> [Consent] {
        try connection.rows(Self.find, [.text(account)]).compactMap { row in
            guard let name = row[0].text, let at = row[1].integer else { return nil }
            return Consent(name: name, at: at)
        }
    }

    private static let insert = Statement(
        """
        INSERT INTO "_consents" ("id", "account", "name", "at", "address")
        VALUES (?1, ?2, ?3, ?4, ?5)
        """
    )
    private static let find = Statement(
        """
        SELECT "name", "at" FROM "_consents" WHERE "account" = ?1
        ORDER BY "at" DESC, "id" DESC LIMIT 1000
        """
    )
}
