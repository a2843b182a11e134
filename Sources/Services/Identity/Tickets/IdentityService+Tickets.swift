package import Engine
package import JSON
import Storage

extension IdentityService {
    /// Issues a ticket, which stands for `lifetime` seconds, in a transaction of its own.
    package func issueTicket(
        _ purpose: TicketPurpose,
        account: String? = nil,
        address: String? = nil,
        data: JSONValue = .null,
        lifetime: Int64,
        hasCode: Bool = false
    ) async throws(Problem) -> IssuedTicket {
        let ticket = try makeTicket(
            purpose,
            account: account,
            address: address,
            data: data,
            lifetime: lifetime,
            hasCode: hasCode
        )
        let tickets = tickets
        try await transaction { transaction throws(StoreError) in
            try tickets.add(ticket, in: transaction)
        }
        return ticket
    }

    /// Makes a ticket for a transaction of the caller's: see `Tickets.add`.
    package func makeTicket(
        _ purpose: TicketPurpose,
        account: String? = nil,
        address: String? = nil,
        data: JSONValue = .null,
        lifetime: Int64,
        hasCode: Bool = false
    ) throws(Problem) -> IssuedTicket {
        let now = engine.clock.now()
        do throws(CipherError) {
            return try tickets.make(
                purpose,
                id: newID(at: now),
                account: account,
                address: address,
                data: data,
                lifetime: lifetime,
                hasCode: hasCode,
                now: now
            )
        } catch {
            throw Problem(cipher: error)
        }
    }

    /// Uses the ticket of a token up.
    ///
    /// - Throws: `auth.invalid-code`.
    package func redeemTicket(
        token: String,
        purpose: TicketPurpose
    ) async throws(Problem) -> Ticket {
        let (tickets, now) = (tickets, engine.clock.now())
        let ticket = try await transaction { transaction throws(StoreError) in
            try tickets.redeem(token: token, purpose: purpose, now: now, in: transaction)
        }
        guard let ticket else { throw .invalidCode }
        return ticket
    }

    /// Uses the newest ticket of an account or address up by its code; five failures end it.
    ///
    /// - Throws: `auth.invalid-code`.
    package func redeemTicket(
        code: String,
        account: String? = nil,
        address: String? = nil,
        purpose: TicketPurpose
    ) async throws(Problem) -> Ticket {
        let (tickets, now) = (tickets, engine.clock.now())
        let ticket = try await transaction { transaction throws(StoreError) in
            try tickets.redeem(
                code: code,
                account: account,
                address: address,
                purpose: purpose,
                now: now,
                in: transaction
            )
        }
        guard let ticket else { throw .invalidCode }
        return ticket
    }

    /// The ticket of a token, which stays until it is removed.
    ///
    /// - Throws: `auth.invalid-code`.
    package func ticket(
        token: String,
        purpose: TicketPurpose
    ) async throws(Problem) -> Ticket {
        let (tickets, now) = (tickets, engine.clock.now())
        let ticket = try await transaction { transaction throws(StoreError) in
            try tickets.find(token: token, purpose: purpose, now: now, in: transaction)
        }
        guard let ticket else { throw .invalidCode }
        return ticket
    }
}

extension Problem {
    /// The same words whatever is wrong with a code or a link.
    package static var invalidCode: Problem {
        Problem(
            .invalidCode,
            "the code or link is wrong, was used or has expired",
            hint: "ask for a new one"
        )
    }
}
