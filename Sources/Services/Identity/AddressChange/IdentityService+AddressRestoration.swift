package import Engine
import JSON
import Storage

extension IdentityService {
    /// Gives an account its former address back, and nobody else a way into it: ends all its sessions,
    /// takes away its password and what was added since the change, and sends a link for a new
    /// password to the address.
    ///
    /// Whoever changed the address knew enough to do it again at once, if that went on to count.
    ///
    /// - Throws: `auth.invalid-code`; `account.email-taken` if somebody else has the address by now.
    package func restoreAddress(token: String, device: Device) async throws(Problem) {
        let ticket = try await ticket(token: token, purpose: .addressRestoration)
        guard let id = ticket.account, let email = ticket.data["email"]?.stringValue,
            let account = try await account(id), account.suspended == nil
        else { throw .invalidCode }
        let restoration = AddressRestoration(
            service: self,
            ticket: ticket,
            account: id,
            email: email,
            reset: try makeResetTicket(of: id),
            device: device
        )
        try await setAddress(email, of: account) { transaction, now throws(StoreError) in
            try restoration.perform(now: now, in: transaction)
        }
        revocations.add(.account(id), at: engine.clock.now())
        mailer?.wake()
    }
}

/// What goes with an address that comes back, in the transaction in which it does.
private struct AddressRestoration: Sendable {
    let service: IdentityService
    let ticket: Ticket
    let account: String
    let email: String
    let reset: IssuedTicket
    let device: Device

    /// False if the link was used meanwhile.
    func perform(now: Int64, in transaction: any WriteTransaction) throws(StoreError) -> Bool {
        let tickets = service.tickets
        guard try tickets.take(ticket.id, in: transaction) else { return false }
        try tickets.removeAll(since: ticket, in: transaction)
        try tickets.removeProofs(of: account, in: transaction)
        try tickets.removeAll(of: account, purpose: .addressVerification, in: transaction)
        try service.credentials.setVerified(now, of: account, now: now, in: transaction)
        _ = try service.sessions.endAll(of: account, now: now, in: transaction)
        try closeWays(now: now, in: transaction)
        let entry = AuditEntry(.addressRestored, account: account, device: device)
        try service.audit.record(entry, now: now, in: transaction)
        guard service.hasPasswords else { return true }
        // Not among the mails that strangers ask for, which they could use up.
        try service.send(reset, to: email, of: account, device: device, now: now, in: transaction)
        return true
    }

    private func closeWays(
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        try service.credentials.removePassword(of: account, now: now, in: transaction)
        let account = SQLValue.text(account)
        for statement in Self.sinceChange {
            _ = try transaction.execute(statement, [account, .integer(ticket.created)])
        }
        _ = try transaction.execute(Self.removeRecoveryCodes, [account])
    }

    private static let sinceChange = ["_identities", "_factors", "_api_keys"].map {
        Statement("DELETE FROM \"\($0)\" WHERE \"account\" = ?1 AND \"created\" >= ?2")
    }
    private static let removeRecoveryCodes = Statement(
        """
        DELETE FROM "_recovery_codes" WHERE "account" = ?1
        AND NOT EXISTS (SELECT 1 FROM "_factors" WHERE "account" = ?1)
        """
    )
}
