package import Engine
import ExpressionSQL
import JSON
import Mail
import ModelLanguage
import Storage

extension TicketPurpose {
    static let addressChange = TicketPurpose(rawValue: "address-change")
    static let addressRestoration = TicketPurpose(rawValue: "address-restoration")
}

extension AuditKind {
    static let addressChangeRequested = AuditKind(rawValue: "email.change-requested")
    static let addressChanged = AuditKind(rawValue: "email.changed")
    static let addressRestored = AuditKind(rawValue: "email.restored")
}

// Two mails belong to a change: one asks the new address, the other tells the former one, with a
// link that undoes it for a week. Who undoes a change undoes all later ones, too, so that somebody
// who has taken an account cannot move it on, out of its owner's reach.
extension IdentityService {
    private static let changeLifetime: Int64 = 24 * 60 * 60
    private static let restorationLifetime: Int64 = 7 * 24 * 60 * 60

    /// Sends a link to a new address, which confirms it; the last one is void.
    ///
    /// Answers the same for an address that has an account already, whose owner is told so by mail.
    ///
    /// - Returns: what goes with the link.
    /// - Throws: `validation.failed`, `auth.reauthentication-required`, `auth.throttled`.
    package func requestAddressChange(
        to email: String,
        caller: Caller,
        device: Device
    ) async throws(Problem) -> String {
        try requireRecentAuthentication(caller)
        guard let id = caller.account else { throw .noSuchAccount }
        let email = try checkedAddress(email)
        try await limitMails(to: email, from: device)
        let isTaken = try await account(email: email) != nil
        let now = engine.clock.now()
        let binding = TicketBinding.makeSecret()
        let ticket = try makeTicket(
            .addressChange,
            account: id,
            data: [
                "email": .string(email),
                TicketBinding.member: .string(TicketBinding.digest(of: binding)),
            ],
            lifetime: Self.changeLifetime
        )
        let draft = Correspondence.Draft(
            kind: isTaken ? .accountExists : .emailChange,
            recipient: email,
            account: id,
            page: isTaken ? .home : .confirmAddress,
            token: isTaken ? nil : ticket.token,
            values: [.hours: "\(Self.changeLifetime / 3_600)"],
            expires: ticket.expires
        )
        let (tickets, audit, correspondence) = (tickets, audit, correspondence)
        try await transaction { transaction throws(StoreError) in
            try tickets.removeAll(of: id, purpose: .addressChange, in: transaction)
            try tickets.add(ticket, in: transaction)
            let entry = AuditEntry(.addressChangeRequested, account: id, device: device)
            try audit.record(entry, now: now, in: transaction)
            try correspondence.send(draft, device: device, now: now, in: transaction)
        }
        mailer?.wake()
        return binding
    }

    /// Makes the address of a link the account's; the former one is told.
    ///
    /// The link proves the mailbox, the claim the account: otherwise somebody could have a person's
    /// address made that of their own account, and wait for them to use it.
    ///
    /// - Throws: `auth.invalid-code`; `auth.password-required` where the claim shows nothing;
    ///   `auth.invalid-credentials`, `auth.throttled` for a wrong password; `account.email-taken` if
    ///   somebody else has the address by now.
    package func confirmAddressChange(
        token: String,
        claim: VerificationClaim = .none,
        device: Device
    ) async throws(Problem) {
        let ticket = try await ticket(token: token, purpose: .addressChange)
        guard let id = ticket.account, let email = ticket.data["email"]?.stringValue,
            let account = try await account(id), account.suspended == nil
        else { throw .invalidCode }
        if !ticket.isBound(to: claim.binding), !devices.isProved(device, for: id) {
            try await prove(claim, of: account, device: device)
        }
        let undo = try makeTicket(
            .addressRestoration,
            account: id,
            data: ["email": account.email.map { .string($0) } ?? .null],
            lifetime: Self.restorationLifetime
        )
        let (tickets, credentials, audit) = (tickets, credentials, audit)
        let correspondence = correspondence
        try await setAddress(email, of: account) { transaction, now throws(StoreError) in
            guard try tickets.take(ticket.id, in: transaction) else { return false }
            try credentials.setVerified(now, of: id, now: now, in: transaction)
            // What was sent to the former address is none of the account's any more.
            for purpose in [TicketPurpose.passwordReset, .signInCode, .addressVerification] {
                try tickets.removeAll(of: id, purpose: purpose, in: transaction)
            }
            let entry = AuditEntry(.addressChanged, account: id, device: device)
            try audit.record(entry, now: now, in: transaction)
            guard let former = account.email else { return true }
            try tickets.add(undo, in: transaction)
            try correspondence.send(
                Correspondence.Draft(
                    kind: .emailChanged,
                    recipient: former,
                    account: id,
                    page: .restoreAddress,
                    token: undo.token,
                    values: [.days: "\(Self.restorationLifetime / 86_400)"],
                    expires: undo.expires
                ),
                device: device,
                now: now,
                in: transaction
            )
            return true
        }
        mailer?.wake()
    }

    private func prove(
        _ claim: VerificationClaim,
        of account: AccountState,
        device: Device
    ) async throws(Problem) {
        guard hasPasswords, let password = claim.password, let hash = account.password else {
            throw .ownPasswordRequired(exists: hasPasswords && account.password != nil)
        }
        try await prove(password, hash: hash, of: account, device: device)
    }

    /// Writes an address into the account's record, as the account itself; what is done beside it
    /// says whether it may be.
    func setAddress(
        _ email: String,
        of account: AccountState,
        _ companion: @escaping @Sendable (any WriteTransaction, Int64) throws(StoreError) -> Bool
    ) async throws(Problem) {
        let verdict = CompanionVerdict()
        let permissions: Set = ["\(collection.name).update", "\(collection.name).read"]
        let operation = WriteOperation(
            change: .record(
                RecordChange(
                    .update(id: account.id, ["email": .string(email)]),
                    in: collection.name
                ) { transaction, _, now throws(StoreError) in
                    guard try companion(transaction, now) else {
                        verdict.refuse()
                        throw .check("ticket")
                    }
                }
            ),
            caller: Caller(
                account: account.id,
                category: CallerClass(role: nil, permissions: permissions),
                idempotencyScope: account.id
            )
        )
        do throws(Problem) {
            _ = try await engine.perform(operation)
        } catch {
            throw verdict.isRefused ? .invalidCode : error
        }
    }
}
