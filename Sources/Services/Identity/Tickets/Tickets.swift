import Bytes
import Crypto
package import JSON
package import Storage

/// Keeps single-use secrets: links, codes, challenges, states.
///
/// Of a token the database has a digest, of a code a keyed one, since a code can be guessed; the
/// data is sealed. A ticket is gone once it is redeemed, has expired, or was tried five times.
package struct Tickets: Sendable {
    static let maximumAttempts: Int64 = 5

    let cipher: any ValueCipher

    /// Makes a ticket, which counts once it is added.
    ///
    /// `address` says whose it is where there is no account, and is kept as a keyed digest; `data`
    /// is what to remember with it; `lifetime` is in seconds, `now` in microseconds since 1970.
    package func make(
        _ purpose: TicketPurpose,
        id: String,
        account: String? = nil,
        address: String? = nil,
        data: JSONValue = .null,
        lifetime: Int64,
        hasCode: Bool = false,
        now: Int64
    ) throws(CipherError) -> IssuedTicket {
        let secret = [UInt8].random(count: 32)
        let code = hasCode ? Self.randomCode() : nil
        return IssuedTicket(
            id: id,
            token: Self.prefix + Base64.url.encode(secret),
            code: code,
            purpose: purpose,
            account: account,
            subject: try address.flatMap { address throws(CipherError) in
                try subjects(of: address).first
            },
            subjects: address.flatMap(subjectList),
            digest: Array(SHA256.hash(data: secret)),
            codeDigest: try code.flatMap { code throws(CipherError) in
                try digests(ofCode: code, ticket: id).first
            },
            data: try cipher.seal(Array(data.description.utf8), context: Self.context(id)),
            created: now,
            expires: now + lifetime * 1_000_000
        )
    }

    /// Keeps a ticket; of those with a code, only the newest for its purpose stands, unless others are
    /// to stand beside it.
    package func add(
        _ ticket: IssuedTicket,
        replacesOthers: Bool = true,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        if ticket.code != nil, replacesOthers {
            let parameters: [SQLValue] = [
                .text(ticket.purpose.rawValue), .text(orNull: ticket.account),
                .text(orNull: ticket.subjects),
            ]
            _ = try transaction.execute(Self.replace, parameters)
        }
        _ = try transaction.execute(
            Self.insert,
            [
                .text(ticket.id), .text(ticket.purpose.rawValue), .text(orNull: ticket.account),
                .text(orNull: ticket.subject), .blob(ticket.digest),
                ticket.codeDigest.map { .blob($0) } ?? .null, .text(ticket.data),
                .integer(ticket.created), .integer(ticket.expires),
            ]
        )
    }

    /// The ticket of a token, which stays; nil if there is none that stands.
    package func find(
        token: String,
        purpose: TicketPurpose,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Ticket? {
        guard let digest = Self.digest(ofToken: token) else { return nil }
        let row = try transaction.rows(
            Self.byToken,
            [.blob(digest), .text(purpose.rawValue), .integer(now)]
        ).first
        return row.flatMap(ticket)
    }

    /// Uses the ticket of a token up.
    package func redeem(
        token: String,
        purpose: TicketPurpose,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Ticket? {
        let ticket = try find(token: token, purpose: purpose, now: now, in: transaction)
        if let ticket { try remove(ticket.id, in: transaction) }
        return ticket
    }

    /// Uses the newest ticket of an account or an address up, if the code is its code; otherwise
    /// counts a failure.
    package func redeem(
        code: String,
        account: String? = nil,
        address: String? = nil,
        purpose: TicketPurpose,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Ticket? {
        let row = try transaction.rows(
            Self.byOwner,
            [
                .text(purpose.rawValue), .text(orNull: account),
                .text(orNull: address.flatMap(subjectList)), .integer(now),
            ]
        ).first
        guard let row, let id = row[0].text, case .blob(let stored) = row[7] else { return nil }
        guard isDigest(stored, ofCode: code, ticket: id) else {
            try countFailure(of: id, in: transaction)
            return nil
        }
        try remove(id, in: transaction)
        return ticket(row)
    }

    /// Counts a failure to use a ticket; at the fifth, it is gone.
    package func countFailure(
        of ticket: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(Self.fail, [.text(ticket)])
        _ = try transaction.execute(
            Self.exhaust,
            [.text(ticket), .integer(Self.maximumAttempts)]
        )
    }

    package func remove(
        _ ticket: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(Self.delete, [.text(ticket)])
    }

    /// Removes a ticket; whether it was there.
    func take(_ ticket: String, in transaction: any WriteTransaction) throws(StoreError) -> Bool {
        try transaction.execute(Self.delete, [.text(ticket)]) > 0
    }

    /// Removes an account's tickets of a purpose.
    package func removeAll(
        of account: String,
        purpose: TicketPurpose,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(
            Self.deleteAll,
            [.text(account), .text(purpose.rawValue)]
        )
    }

    /// Removes all that could still let somebody in to an account, or take it over, who had it in
    /// their hands before: to be called whenever the account is taken back from others.
    func removeProofs(
        of account: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        let purposes: [TicketPurpose] = [
            .passwordReset, .signInCode, .secondFactor, .enrolment, .addressChange, .providerLink,
        ]
        for purpose in purposes {
            try removeAll(of: account, purpose: purpose, in: transaction)
        }
    }

    /// Removes a bounded number of tickets that have expired; how many.
    func sweep(now: Int64, in transaction: any WriteTransaction) throws(StoreError) -> Int {
        try transaction.execute(Self.expire, [.integer(now)])
    }
}

// MARK: - Digests

extension Tickets {
    private static let prefix = "tk_"

    /// The random bytes of a ticket's token: what a ceremony that has its own form for a challenge
    /// gives out in place of the token.
    static func secret(of token: String) -> [UInt8]? {
        guard token.utf8.count == 46, token.hasPrefix(prefix) else { return nil }
        return Base64.url.decode(token.utf8.dropFirst(prefix.utf8.count))
    }

    /// The token with these random bytes.
    static func token(of secret: [UInt8]) -> String { prefix + Base64.url.encode(secret) }

    private static func randomCode() -> String {
        let digits = String(UInt32.random(in: 0..<100_000_000))
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    private static func digest(ofToken text: String) -> [UInt8]? {
        guard let secret = secret(of: text) else { return nil }
        return Array(SHA256.hash(data: secret))
    }

    /// Whether a digest is that of a code, whichever of the keys that stand it was made with.
    func isDigest(_ stored: [UInt8], ofCode code: String, ticket: String) -> Bool {
        let digests = (try? digests(ofCode: code, ticket: ticket)) ?? []
        return digests.contains { isEqualInConstantTime($0, stored) }
    }

    private func digests(
        ofCode code: String,
        ticket: String
    ) throws(CipherError) -> [[UInt8]] {
        // People write codes in groups.
        let digits = code.utf8.prefix(32).filter {
            $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-")
        }
        return try cipher.blindIndexes(digits, context: "_tickets.code.\(ticket)").map {
            Array($0.utf8)
        }
    }

    private func subjects(of address: String) throws(CipherError) -> [String] {
        try cipher.blindIndexes(
            Array(EmailAddress.key(address).utf8),
            context: "_tickets.subject"
        )
    }

    /// The digests that an address may have in the table, as a list in JSON.
    func subjectList(of address: String) -> String? {
        guard let subjects = try? subjects(of: address) else { return nil }
        return JSONValue.array(subjects.map { .string($0) }).description
    }

    private static func context(_ id: String) -> String { "ticket.\(id)" }

    /// A row of `columns`; nil if its data was sealed by nobody who is here.
    func ticket(_ row: [SQLValue]) -> Ticket? {
        guard let id = row[0].text, let purpose = row[1].text, let text = row[3].text,
            let attempts = row[4].integer, let created = row[5].integer,
            let expires = row[6].integer,
            let plain = try? cipher.open(text, context: Self.context(id)),
            let data = try? JSONParser.parse(String(decoding: plain, as: UTF8.self))
        else { return nil }
        return Ticket(
            id: id,
            purpose: TicketPurpose(rawValue: purpose),
            account: row[2].text,
            data: data,
            attempts: attempts,
            created: created,
            expires: expires
        )
    }
}

// MARK: - Statements

extension Tickets {
    static let columns = """
        "id", "purpose", "account", "data", "attempts", "created", "expires", "code"
        """
    private static let owner = "(\"account\" = ?2 OR \(isSubject("?3")))"
    static func isSubject(_ list: String) -> String {
        "\"subject\" IN (SELECT \"value\" FROM json_each(\(list)))"
    }
    private static let insert = Statement(
        """
        INSERT INTO "_tickets" ("id", "purpose", "account", "subject", "digest", "code", "data",
        "attempts", "created", "expires") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9)
        """
    )
    private static let byToken = Statement(
        """
        SELECT \(columns) FROM "_tickets"
        WHERE "digest" = ?1 AND "purpose" = ?2 AND "expires" > ?3
        """
    )
    private static let byOwner = Statement(
        """
        SELECT \(columns) FROM "_tickets"
        WHERE "purpose" = ?1 AND \(owner) AND "expires" > ?4 AND "code" IS NOT NULL
        ORDER BY "created" DESC, "id" DESC LIMIT 1
        """
    )
    private static let replace = Statement(
        """
        DELETE FROM "_tickets" WHERE "purpose" = ?1 AND \(owner) AND "code" IS NOT NULL
        """
    )
    private static let fail = Statement(
        "UPDATE \"_tickets\" SET \"attempts\" = \"attempts\" + 1 WHERE \"id\" = ?1"
    )
    private static let exhaust = Statement(
        "DELETE FROM \"_tickets\" WHERE \"id\" = ?1 AND \"attempts\" >= ?2"
    )
    private static let delete = Statement("DELETE FROM \"_tickets\" WHERE \"id\" = ?1")
    private static let deleteAll = Statement(
        "DELETE FROM \"_tickets\" WHERE \"account\" = ?1 AND \"purpose\" = ?2"
    )
    private static let expire = Statement(
        """
        DELETE FROM "_tickets" WHERE "id" IN
        (SELECT "id" FROM "_tickets" WHERE "expires" <= ?1 ORDER BY "expires" LIMIT 500)
        """
    )
}
