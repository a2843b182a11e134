package import Engine
import Mail
import Storage

extension TicketPurpose {
    static let passwordReset = TicketPurpose(rawValue: "password-reset")
}

extension AuditKind {
    static let passwordResetRequested = AuditKind(rawValue: "password.reset-requested")
}

extension IdentityService {
    /// Half an hour, in seconds.
    private static let resetLifetime: Int64 = 30 * 60

    /// Sends a link that sets a new password, if there is an account; the last one sent is void.
    ///
    /// Does the same whether there is one or not, down to the rows that it writes.
    ///
    /// - Throws: `validation.failed`, `auth.throttled`.
    package func requestPasswordReset(email: String, device: Device) async throws(Problem) {
        let email = try checkedAddress(email)
        try await limitMails(to: email, from: device)
        let found = try await account(email: email)
        let account = found?.suspended == nil ? found : nil
        let now = engine.clock.now()
        let ticket = try makeResetTicket(of: account?.id)
        let (tickets, audit) = (tickets, audit)
        try await transaction { transaction throws(StoreError) in
            let id = account?.id ?? ""
            try tickets.removeAll(of: id, purpose: .passwordReset, in: transaction)
            let entry = AuditEntry(.passwordResetRequested, account: account?.id, device: device)
            try audit.record(entry, now: now, in: transaction)
            try self.send(
                ticket,
                to: email,
                of: account?.id,
                device: device,
                now: now,
                in: transaction
            )
        }
        mailer?.wake()
    }

    func makeResetTicket(of account: String?) throws(Problem) -> IssuedTicket {
        try makeTicket(.passwordReset, account: account, lifetime: Self.resetLifetime)
    }

    /// Keeps a ticket that sets a new password, and sends its link; without an account to nobody.
    func send(
        _ reset: IssuedTicket,
        to email: String,
        of account: String?,
        device: Device,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        try tickets.add(reset, in: transaction)
        try correspondence.send(
            Correspondence.Draft(
                kind: .passwordReset,
                recipient: email,
                account: account,
                page: .resetPassword,
                token: reset.token,
                values: [.minutes: "\(Self.resetLifetime / 60)"],
                expires: reset.expires,
                isDecoy: account == nil
            ),
            device: device,
            now: now,
            in: transaction
        )
    }

    /// Sets a new password by the token of a link, which works once; ends all sessions.
    ///
    /// Whoever has the link has the mailbox, so the address counts as verified; if nobody had proved it
    /// before, the account is reclaimed. A second factor is asked for at the next sign-in as ever.
    ///
    /// - Throws: `auth.invalid-code`; `validation.failed` for a password that the policy refuses,
    ///   with which the link still stands.
    package func resetPassword(
        token: String,
        password: String,
        device: Device
    ) async throws(Problem) {
        let ticket = try await ticket(token: token, purpose: .passwordReset)
        guard let id = ticket.account, let account = try await account(id) else {
            throw .invalidCode
        }
        let hash = try await hasher.hash(try acceptable(password, email: account.email))
        let change = PasswordReset(service: self, account: account, hash: hash, device: device)
        let now = engine.clock.now()
        let ended = try await transaction { transaction throws(StoreError) in
            try change.perform(token: token, now: now, in: transaction)
        }
        guard let ended else { throw .invalidCode }
        for session in ended.sessions { revocations.add(.session(session), at: now) }
        if ended.isReclaimed { revocations.add(.account(id), at: now) }
        mailer?.wake()
    }
}

/// The transaction in which a password is reset.
private struct PasswordReset: Sendable {
    let service: IdentityService
    let account: AccountState
    let hash: String
    let device: Device

    /// The sessions that it ended, and whether the account was reclaimed; nil if the token does not
    /// stand.
    func perform(
        token: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> (sessions: [String], isReclaimed: Bool)? {
        let (tickets, credentials) = (service.tickets, service.credentials)
        let ticket = try tickets.redeem(
            token: token,
            purpose: .passwordReset,
            now: now,
            in: transaction
        )
        let current = try credentials.state(of: account.id, in: transaction)
        guard ticket?.account == account.id, let current, current.suspended == nil else {
            return nil
        }
        try credentials.setPassword(hash, of: account.id, now: now, in: transaction)
        let entry = AuditEntry(.passwordReset, account: account.id, device: device)
        try service.audit.record(entry, now: now, in: transaction)
        try service.tellOfPassword(current, device: device, now: now, in: transaction)
        if current.verified == nil {
            try credentials.setVerified(now, of: account.id, now: now, in: transaction)
            if !service.devices.isProved(device, for: account.id) {
                let ended = try service.reclaim(
                    account.id,
                    device: device,
                    now: now,
                    in: transaction
                )
                return (ended, true)
            }
        }
        try tickets.removeProofs(of: account.id, in: transaction)
        let ended = try service.sessions.endAll(of: account.id, now: now, in: transaction)
        return (ended, false)
    }
}
