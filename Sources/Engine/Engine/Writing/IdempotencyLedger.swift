import Storage
import Synchronization

/// Keeps answers by their idempotency keys, in the transaction of the write that they belong to.
final class IdempotencyLedger: Sendable {
    private struct Entry: Hashable {
        let scope: String
        let key: String
    }

    private let inFlight = Mutex<Set<Entry>>([])
    private let lifetime: Int64

    /// - Parameter lifetime: How long answers are kept, in seconds.
    init(lifetime: Int64) {
        self.lifetime = lifetime * 1_000_000
    }

    /// Claims a key; a problem while another request with it is worked on.
    func claim(_ key: IdempotencyKey, of scope: String) throws(Problem) {
        let isNew = inFlight.withLock { $0.insert(Entry(scope: scope, key: key.key)).inserted }
        guard isNew else {
            throw Problem(
                .idempotencyInFlight,
                "a request with this Idempotency-Key is being worked on",
                hint: "send it again in a moment"
            )
        }
    }

    func release(_ key: IdempotencyKey, of scope: String) {
        inFlight.withLock { _ = $0.remove(Entry(scope: scope, key: key.key)) }
    }

    /// The stored answer of an earlier request with this key; nil if there was none.
    func answer(
        to key: IdempotencyKey,
        of scope: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws -> WriteAnswer? {
        let rows = try transaction.rows(Self.find, [.text(scope), .text(key.key)])
        guard let row = rows.first, let created = row[4].integer else { return nil }
        guard created > now - lifetime else {
            _ = try transaction.execute(Self.remove, [.text(scope), .text(key.key)])
            return nil
        }
        guard row[0].blob == key.fingerprint else {
            throw Problem(
                .idempotencyKeyReused,
                "this Idempotency-Key was used for another request",
                hint: "make a new key for each request that is not a repeat"
            )
        }
        let status = row[1].integer.flatMap { UInt8(exactly: $0) }
        guard let outcome = status.flatMap(WriteAnswer.Outcome.init(rawValue:)),
            let head = row[2].text?.split(separator: " ", omittingEmptySubsequences: false),
            head.count == 2
        else { return nil }
        var answer = WriteAnswer(
            outcome: outcome,
            id: String(head[1]),
            body: row[3].blob ?? Array((row[3].text ?? "").utf8),
            version: Int64(head[0]) ?? 0
        )
        answer.isReplayed = true
        return answer
    }

    /// Keeps an answer; one with values of encrypted fields is sealed as they are.
    func store(
        _ answer: WriteAnswer,
        for key: IdempotencyKey,
        of scope: String,
        isSealed: Bool,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws {
        _ = try transaction.execute(
            isSealed && !answer.body.isEmpty ? Self.insertSealed : Self.insert,
            [
                .text(scope), .text(key.key), .blob(key.fingerprint),
                .integer(Int64(answer.outcome.rawValue)), .text("\(answer.version) \(answer.id)"),
                .blob(answer.body), .integer(now),
            ]
        )
    }

    /// Removes a bounded number of answers that have expired; how many.
    func sweep(now: Int64, in transaction: any WriteTransaction) throws(StoreError) -> Int {
        try transaction.execute(Self.expire, [.integer(now - lifetime)])
    }

    private static let find = Statement(
        """
        SELECT "fingerprint", "status", "headers", CASE WHEN substr("body", 1, 4) = x'6d6b312e'
        THEN mainstay_open('_idempotency.body', "caller" || '.' || "key", CAST("body" AS TEXT))
        ELSE "body" END, "created" FROM "_idempotency" WHERE "caller" = ?1 AND "key" = ?2
        """
    )
    private static let insert = Statement(
        """
        INSERT INTO "_idempotency"
        ("caller", "key", "fingerprint", "status", "headers", "body", "created")
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """
    )
    private static let insertSealed = Statement(
        """
        INSERT INTO "_idempotency"
        ("caller", "key", "fingerprint", "status", "headers", "body", "created")
        VALUES (?1, ?2, ?3, ?4, ?5, CAST(mainstay_seal('_idempotency.body', ?1 || '.' || ?2,
        CAST(?6 AS TEXT)) AS BLOB), ?7)
        """
    )
    private static let remove = Statement(
        "DELETE FROM \"_idempotency\" WHERE \"caller\" = ?1 AND \"key\" = ?2"
    )
    private static let expire = Statement(
        """
        DELETE FROM "_idempotency" WHERE "id" IN
        (SELECT "id" FROM (SELECT "id", "created" FROM "_idempotency" ORDER BY "id" LIMIT 500)
        WHERE "created" < ?1)
        """
    )
}
