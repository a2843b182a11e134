import Storage

/// The rows of `_mail`.
///
/// A letter that is being sent has its next try at the end of its lease; so a sender that is killed
/// leaves nothing to clean up, and the number of tries tells whose the letter is.
enum MailLedger {
    struct Row: Sendable {
        let id: String
        let template: String
        let payload: String
        let attempts: Int64
        let created: Int64
    }

    static func insert(
        id: String,
        template: String,
        payload: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(
            insertion,
            [.text(id), .text(template), .text(payload), .integer(now)]
        )
    }

    /// Takes the letter that has been due longest, until the lease is over.
    static func claim(
        now: Int64,
        until lease: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Row? {
        guard let row = try transaction.rows(due, [.integer(now)]).first,
            let id = row[0].text, let template = row[1].text, let payload = row[2].text,
            let attempts = row[3].integer, let created = row[4].integer
        else { return nil }
        _ = try transaction.execute(postponement, [.text(id), .integer(attempts), .integer(lease)])
        return Row(
            id: id,
            template: template,
            payload: payload,
            attempts: attempts + 1,
            created: created
        )
    }

    static func remove(_ row: Row, in transaction: any WriteTransaction) throws(StoreError) {
        _ = try transaction.execute(removal, [.text(row.id), .integer(row.attempts)])
    }

    /// Sets the next try of a letter that is still ours.
    static func postpone(
        _ row: Row,
        until due: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(
            rescheduling,
            [.text(row.id), .integer(row.attempts), .integer(due)]
        )
    }

    static func fail(
        _ row: Row,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(
            failure,
            [.text(row.id), .integer(row.attempts), .integer(now)]
        )
    }

    /// Removes letters that failed before an instant, at most 500; how many.
    static func sweep(
        failedBefore time: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Int {
        try transaction.execute(expiry, [.integer(time)])
    }
}

// MARK: - Statements

extension MailLedger {
    private static let insertion = Statement(
        """
        INSERT INTO "_mail" ("id", "template", "payload", "attempts", "due", "created", "failed")
        VALUES (?1, ?2, ?3, 0, ?4, ?4, NULL)
        """
    )
    private static let due = Statement(
        """
        SELECT "id", "template", "payload", "attempts", "created" FROM "_mail"
        WHERE "due" <= ?1 AND "failed" IS NULL ORDER BY "due" LIMIT 1
        """
    )
    /// Whether there is anything to claim, without taking the writer's turn.
    static let isAnyDue = Statement(
        "SELECT 1 FROM \"_mail\" WHERE \"due\" <= ?1 AND \"failed\" IS NULL LIMIT 1"
    )
    /// Letters that wait, and letters that failed.
    static let counts = Statement(
        "SELECT count(*) - count(\"failed\"), count(\"failed\") FROM \"_mail\""
    )
    static let page = Statement(
        """
        SELECT "id", "template", "payload", "created", "failed" FROM "_mail" WHERE "id" > ?1
        ORDER BY "id" LIMIT ?2
        """
    )
    private static let postponement = Statement(
        """
        UPDATE "_mail" SET "attempts" = "attempts" + 1, "due" = ?3
        WHERE "id" = ?1 AND "attempts" = ?2
        """
    )
    private static let rescheduling = Statement(
        "UPDATE \"_mail\" SET \"due\" = ?3 WHERE \"id\" = ?1 AND \"attempts\" = ?2"
    )
    private static let removal = Statement(
        "DELETE FROM \"_mail\" WHERE \"id\" = ?1 AND \"attempts\" = ?2"
    )
    static let removalByID = Statement("DELETE FROM \"_mail\" WHERE \"id\" = ?1")
    // A failed letter is due no more, so that the search for due ones does not pass it each time.
    private static let failure = Statement(
        """
        UPDATE "_mail" SET "failed" = ?3, "due" = 9223372036854775807
        WHERE "id" = ?1 AND "attempts" = ?2
        """
    )
    private static let expiry = Statement(
        """
        DELETE FROM "_mail" WHERE "id" IN
        (SELECT "id" FROM "_mail" WHERE "failed" <= ?1 LIMIT 500)
        """
    )
}
