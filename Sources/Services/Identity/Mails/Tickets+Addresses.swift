import Bytes
import Storage

// Tickets of an address, whether it has an account or not.
extension Tickets {
    /// The newest ticket with a code of an address, which stays; nil if there is none that stands.
    func newest(
        of address: String,
        purpose: TicketPurpose,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Ticket? {
        guard let subjects = subjectList(of: address) else { return nil }
        let row = try transaction.rows(
            Self.byAddress,
            [.text(purpose.rawValue), .text(subjects), .integer(now)]
        ).first
        return row.flatMap(ticket)
    }

    /// The tickets with a code of an address, each with the digest of its code, the newest of each
    /// purpose first; they stay.
    func standing(
        of address: String,
        purposes: [TicketPurpose],
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> [(ticket: Ticket, code: [UInt8])] {
        guard let subjects = subjectList(of: address) else { return [] }
        var all: [(ticket: Ticket, code: [UInt8])] = []
        for purpose in purposes {
            let rows = try transaction.rows(
                Self.allByAddress,
                [.text(purpose.rawValue), .text(subjects), .integer(now)]
            )
            for row in rows {
                guard case .blob(let code) = row[7], let ticket = ticket(row) else { continue }
                all.append((ticket, code))
            }
        }
        return all
    }

    /// The ticket of an address, bound to a client, whose code it is, which stays; if there is none,
    /// counts a failure of all that are.
    ///
    /// Others' guesses count for nothing: they would end what is not theirs.
    func find(
        code: String,
        address: String,
        purposes: [TicketPurpose],
        binding: String?,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Ticket? {
        // The mail may have been sent more than once.
        let own = try standing(of: address, purposes: purposes, now: now, in: transaction)
            .filter { $0.ticket.isBound(to: binding) }
        for (ticket, stored) in own where isDigest(stored, ofCode: code, ticket: ticket.id) {
            return ticket
        }
        for (ticket, _) in own { try countFailure(of: ticket.id, in: transaction) }
        return nil
    }

    /// Removes the tickets of an address for a purpose.
    func removeAll(
        address: String,
        purpose: TicketPurpose,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        guard let subjects = subjectList(of: address) else { return }
        _ = try transaction.execute(
            Self.deleteByAddress,
            [.text(purpose.rawValue), .text(subjects)]
        )
    }

    /// Removes all tickets of an address.
    func removeAll(address: String, in transaction: any WriteTransaction) throws(StoreError) {
        guard let subjects = subjectList(of: address) else { return }
        _ = try transaction.execute(Self.deleteOfAddress, [.text(subjects)])
    }

    /// Removes a ticket, and those of its account and purpose that were made later.
    func removeAll(
        since ticket: Ticket,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        _ = try transaction.execute(
            Self.deleteSince,
            [
                .text(orNull: ticket.account), .text(ticket.purpose.rawValue), .text(ticket.id),
            ]
        )
    }

    /// The tickets of a purpose that stand, the newest first, at most 1,000.
    func all(
        _ purpose: TicketPurpose,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> [Ticket] {
        try transaction.rows(Self.ofPurpose, [.text(purpose.rawValue), .integer(now)])
            .compactMap(ticket)
    }

    /// A ticket by its id, which is no secret; it stays.
    func find(
        id: String,
        purpose: TicketPurpose,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Ticket? {
        let parameters: [SQLValue] = [.text(id), .text(purpose.rawValue), .integer(now)]
        return try transaction.rows(Self.byID, parameters).first.flatMap(ticket)
    }

    private static let byAddress = Statement(
        """
        SELECT \(columns) FROM "_tickets" WHERE "purpose" = ?1 AND \(isSubject("?2"))
        AND "expires" > ?3 AND "code" IS NOT NULL ORDER BY "created" DESC, "id" DESC LIMIT 1
        """
    )
    // The limits of mails let an address have about fifty a day.
    private static let allByAddress = Statement(
        """
        SELECT \(columns) FROM "_tickets" WHERE "purpose" = ?1 AND \(isSubject("?2"))
        AND "expires" > ?3 AND "code" IS NOT NULL ORDER BY "created" DESC, "id" DESC LIMIT 100
        """
    )
    private static let deleteByAddress = Statement(
        "DELETE FROM \"_tickets\" WHERE \"purpose\" = ?1 AND \(isSubject("?2"))"
    )
    private static let deleteOfAddress = Statement(
        "DELETE FROM \"_tickets\" WHERE \(isSubject("?1"))"
    )
    // Ids rise in the order in which they are made.
    private static let deleteSince = Statement(
        "DELETE FROM \"_tickets\" WHERE \"account\" = ?1 AND \"purpose\" = ?2 AND \"id\" >= ?3"
    )
    private static let ofPurpose = Statement(
        """
        SELECT \(columns) FROM "_tickets" WHERE "purpose" = ?1 AND "expires" > ?2
        ORDER BY "created" DESC, "id" DESC LIMIT 1000
        """
    )
    private static let byID = Statement(
        """
        SELECT \(columns) FROM "_tickets"
        WHERE "id" = ?1 AND "purpose" = ?2 AND "expires" > ?3
        """
    )
}
