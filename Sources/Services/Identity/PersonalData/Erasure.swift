import Bytes
import Crypto
import Engine
import JSON
import Mail
import ModelLanguage
import Storage

/// Removes an account and all that is kept of it (GDPR, article 17), in one transaction.
///
/// Its record goes, and with it what the model says: records that cascade are deleted, those that are
/// anonymized lose what is personal. Its key goes, so that no event of it opens any more. What stays is
/// an entry of the audit log without a name, and a digest of the receipt.
struct Erasure: Sendable {
    let records: PersonalRecords
    let cipher: any ValueCipher
    let account: String
    let id: String
    let now: Int64

    /// What was removed, by kind.
    struct Outcome: Sendable {
        var sessions: [String] = []
        var removed: [(name: String, count: Int64)] = []
        var anonymized: [(name: String, count: Int64)] = []
        var receipt = ""
    }

    /// Nil if there is no such account.
    func perform(
        _ sessions: SessionLedger,
        sign: (JSONValue) -> String?,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Outcome? {
        let address = Statement(
            "SELECT \"email\" FROM \"\(records.accounts.name)\" WHERE \"id\" = ?1"
        )
        guard let row = try transaction.rows(address, [.text(account)]).first else { return nil }
        var outcome = Outcome()
        try count(&outcome, in: transaction)
        outcome.sessions = try sessions.endAll(of: account, now: now, in: transaction)
        // As somebody else it goes on neither.
        for row in try transaction.rows(Self.impersonations, [.text(account)]) {
            guard let session = row[0].text else { continue }
            try sessions.end(session, now: now, in: transaction)
            outcome.sessions.append(session)
        }
        try RevocationStatements().add(.account(account), now: now, in: transaction)
        try removeTraces(of: row[0].text, Tickets(cipher: cipher), &outcome, in: transaction)
        for (name, statement) in Self.removals {
            let count = try transaction.execute(statement, [.text(account)])
            outcome.removed.append((name, Int64(count)))
        }
        for statement in Self.unnamings { _ = try transaction.execute(statement, [.text(account)]) }
        // Who did it is in the audit log; events name nobody who is gone.
        transaction.setContext(WriteContext(actor: nil, now: now))
        let delete = Statement("DELETE FROM \"\(records.accounts.name)\" WHERE \"id\" = ?1")
        _ = try transaction.execute(delete, [.text(account)])
        // Deleted with the account by a trigger; here in case there is none.
        _ = try transaction.execute(Self.shred, [.text(account)])
        guard let receipt = sign(claims(outcome)) else {
            throw .failed(code: 0, message: "the receipt cannot be signed")
        }
        outcome.receipt = receipt
        _ = try transaction.execute(
            Self.insert,
            [
                .text(id), .integer(now), .blob(Self.digest(account)),
                .text(Base64.url.encode(Self.digest(receipt))),
            ]
        )
        return outcome
    }

    private func count(
        _ outcome: inout Outcome,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        for owned in records.owned {
            let statement = Statement(
                "SELECT count(*) FROM \"\(owned.collection.name)\" WHERE \"\(owned.field.name)\" = ?1"
            )
            let rows = try transaction.rows(statement, [.text(account)])
            let entry = (name: owned.collection.name, count: rows.first?.first?.integer ?? 0)
            switch owned.onDelete {
            case .anonymize, .setNull: outcome.anonymized.append(entry)
            case .cascade, .restrict, nil: outcome.removed.append(entry)
            }
        }
    }

    /// Removes letters that are on their way or have failed, and tickets that carry the address
    /// without naming the account.
    private func removeTraces(
        of address: String?,
        _ tickets: Tickets,
        _ outcome: inout Outcome,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        let addresses = Set([address?.lowercased()].compactMap(\.self))
        let letters = try QueuedLetters(cipher: cipher).remove(
            account: account,
            addresses: addresses,
            in: transaction
        )
        outcome.removed.append(("mails", Int64(letters)))
        if let address { try tickets.removeAll(address: address, in: transaction) }
    }

    private func claims(_ outcome: Outcome) -> JSONValue {
        func object(_ counts: [(name: String, count: Int64)]) -> JSONValue {
            .object(
                counts.filter { $0.count > 0 }.map { .init($0.name, .integer($0.count)) }
            )
        }
        return [
            "jti": .string(id), "iat": .integer(now / 1_000_000), "sub": .string(account),
            "removed": object(
                outcome.removed + [("sessions", Int64(outcome.sessions.count))]
            ),
            "anonymized": object(outcome.anonymized),
            "key_shredded": true,
        ]
    }

    static func digest(_ text: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(text.utf8)))
    }
}

// MARK: - Statements

extension Erasure {
    private static let removals: [(String, Statement)] = [
        // Its own, and answers to others that tell of it, such as that to its sign-up.
        (
            "idempotency",
            Statement(
                """
                DELETE FROM "_idempotency" WHERE "caller" = ?1 OR instr("headers", ?1) > 0
                OR instr("body", CAST(?1 AS BLOB)) > 0
                OR (substr("body", 1, 4) = x'6d6b312e' AND instr(mainstay_opened('_idempotency.body',
                "caller" || '.' || "key", CAST("body" AS TEXT)), ?1) > 0)
                """
            )
        ),
        ("tickets", Statement("DELETE FROM \"_tickets\" WHERE \"account\" = ?1")),
        ("identities", Statement("DELETE FROM \"_identities\" WHERE \"account\" = ?1")),
        ("factors", Statement("DELETE FROM \"_factors\" WHERE \"account\" = ?1")),
        ("api_keys", Statement("DELETE FROM \"_api_keys\" WHERE \"account\" = ?1")),
        ("consents", Statement("DELETE FROM \"_consents\" WHERE \"account\" = ?1")),
    ]
    /// What happened stays in the audit log; to whom, and from where, does not.
    private static let unnamings = [
        Statement(
            """
            UPDATE "_audit" SET "account" = NULL, "address" = NULL, "agent" = NULL, "details" = NULL,
            "actor" = CASE WHEN "actor" = ?1 THEN NULL ELSE "actor" END WHERE "account" = ?1
            """
        ),
        Statement(
            "UPDATE \"_audit\" SET \"details\" = NULL WHERE instr(\"details\", ?1) > 0"
        ),
        Statement("UPDATE \"_api_keys\" SET \"created_by\" = NULL WHERE \"created_by\" = ?1"),
        Statement(
            """
            UPDATE "_audit" SET "actor" = NULL, "address" = NULL, "agent" = NULL WHERE "actor" = ?1
            """
        ),
    ]
    private static let impersonations = Statement(
        "SELECT \"id\" FROM \"_sessions\" WHERE \"impersonator\" = ?1"
    )
    private static let shred = Statement("DELETE FROM \"_subjects\" WHERE \"account\" = ?1")
    private static let insert = Statement(
        """
        INSERT INTO "_erasures" ("id", "at", "subject_digest", "receipt") VALUES (?1, ?2, ?3, ?4)
        """
    )
    static let find = Statement(
        "SELECT \"subject_digest\", \"receipt\" FROM \"_erasures\" WHERE \"id\" = ?1"
    )
}
