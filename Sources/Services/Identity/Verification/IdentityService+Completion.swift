import Engine
import ExpressionSQL
import JSON
import ModelLanguage
import Storage

extension TicketPurpose {
    /// The address of an account that there is.
    static let addressVerification = TicketPurpose(rawValue: "address-verification")
}

extension AuditKind {
    static let addressVerified = AuditKind(rawValue: "email.verified")
}

extension IdentityService {
    func complete(
        _ claimed: ClaimedTicket,
        claim: VerificationClaim,
        device: Device,
        isBrowser: Bool
    ) async throws(Problem) -> Verification {
        switch claimed.ticket.purpose {
        case .registration:
            return try await register(claimed, claim: claim, device: device, isBrowser: isBrowser)
        case .upgrade: try await completeUpgrade(claimed, claim: claim, device: device)
        default: try await verifyAddress(claimed.ticket, claim: claim, device: device)
        }
        return .verified
    }

    /// The hash of the password that is chosen now, nil if the one that was chosen before stays; and what
    /// was agreed to: by somebody else, it would count for nothing.
    ///
    /// Where there are no passwords the mailbox is all that the account is entered by, and whoever has it
    /// agrees anew.
    ///
    /// - Throws: `auth.password-required`, `validation.failed`, `auth.throttled`.
    func choice(
        _ claimed: ClaimedTicket,
        _ claim: VerificationClaim,
        email: String,
        device: Device
    ) async throws(Problem) -> (hash: String?, consents: Consents?) {
        if claimed.isOwn, !hasPasswords || claim.password == nil {
            return (nil, Consents(json: claimed.ticket.data["consents"]))
        }
        guard hasPasswords else { return (nil, try ownConsents(claim, device: device)) }
        guard let password = claim.password else {
            throw .passwordRequired(consents: policy.consents)
        }
        let consents =
            claimed.isOwn
            ? Consents(json: claimed.ticket.data["consents"])
            : try consents(claim, device: device)
        let new = try acceptable(password, email: email)
        try allow("sign-up", device, .signUp)
        return (try await hasher.hash(new), consents)
    }

    private func consents(
        _ claim: VerificationClaim,
        device: Device
    ) throws(Problem) -> Consents {
        try Consents(
            claim.consents,
            asked: policy.consents,
            at: engine.clock.now(),
            address: device.address
        )
    }

    /// Those of somebody who agrees where nothing else is asked; a refusal has the list of them.
    private func ownConsents(
        _ claim: VerificationClaim,
        device: Device
    ) throws(Problem) -> Consents {
        do throws(Problem) {
            return try consents(claim, device: device)
        } catch {
            var problem = error
            problem.members.append(
                .init("consents", .array(policy.consents.map { .string($0) }))
            )
            throw problem
        }
    }

    // MARK: Sign-up

    private func register(
        _ claimed: ClaimedTicket,
        claim: VerificationClaim,
        device: Device,
        isBrowser: Bool
    ) async throws(Problem) -> Verification {
        let data = claimed.ticket.data
        guard let record = data["record"], let email = record["email"]?.stringValue,
            data["hash"]?.stringValue != nil || !hasPasswords
        else { throw .invalidCode }
        let choice = try await choice(claimed, claim, email: email, device: device)
        let beginning = RegisteredAccount(
            service: self,
            ticket: claimed.ticket.id,
            email: email,
            hash: hasPasswords ? choice.hash ?? data["hash"]?.stringValue : nil,
            consents: choice.consents,
            device: device
        )
        let answer = try await makeAccount(record, beginning)
        let tokens = try await openSession(
            account: answer.id,
            methods: [.email],
            device: device,
            isBrowser: isBrowser
        )
        return .registered(answer, tokens)
    }

    private func makeAccount(
        _ record: JSONValue,
        _ beginning: RegisteredAccount
    ) async throws(Problem) -> WriteAnswer {
        let verdict = CompanionVerdict()
        let operation = creation(of: record, caller: .registrant(beginning.device)) {
            transaction,
            id,
            now throws(StoreError) in
            guard try beginning.perform(id, now: now, in: transaction) else {
                verdict.refuse()
                throw .check("ticket")
            }
        }
        do throws(Problem) {
            return try await engine.perform(operation)
        } catch {
            throw verdict.isRefused ? .invalidCode : error
        }
    }

    // MARK: An account that there is

    /// Notes that an account's address is its owner's.
    ///
    /// Whoever made the account may be a stranger to the address. So it takes a browser that the account
    /// was used in, or the account's password; with another one the account is the address's owner's
    /// from now on, as after a reset. So it is with a link alone where there are no passwords.
    private func verifyAddress(
        _ ticket: Ticket,
        claim: VerificationClaim,
        device: Device
    ) async throws(Problem) {
        guard let id = ticket.account, let account = try await account(id),
            account.suspended == nil, account.email == ticket.data["email"]?.stringValue
        else { throw .invalidCode }
        if claim.password != nil { try allow("sign-up", device, .signUp) }
        let isKnown = account.verified != nil || devices.isProved(device, for: id)
        guard isKnown || claim.password != nil || !hasPasswords else {
            throw .passwordRequired(consents: [])
        }
        var hash: String?
        if !isKnown, hasPasswords, let password = claim.password,
            try await !isPassword(password, of: account)
        {
            hash = try await hasher.hash(try acceptable(password, email: account.email))
        }
        let verification = AddressVerification(
            service: self,
            ticket: ticket,
            account: account,
            hash: hash,
            isReclaimed: hash != nil || !isKnown && !hasPasswords,
            device: device
        )
        let now = engine.clock.now()
        let ended = try await transaction { transaction throws(StoreError) in
            try verification.perform(id, now: now, in: transaction)
        }
        guard let ended else { throw .invalidCode }
        guard verification.isReclaimed else { return }
        noteReclaimed(id, ended: ended, at: now)
        mailer?.wake()
    }

    private func isPassword(
        _ password: String,
        of account: AccountState
    ) async throws(Problem) -> Bool {
        guard let hash = account.password, PasswordPolicy.isPlausible(password) else {
            return false
        }
        return try await hasher.verify(PasswordPolicy.prepared(password), against: hash)
    }
}

/// What comes with the record of a sign-up that is complete, in its savepoint.
///
/// The ticket goes with it, so that of two who come with it at once one makes an account; so do all
/// others that wait for the address.
private struct RegisteredAccount: Sendable {
    let service: IdentityService
    let ticket: String
    let email: String
    /// Nil where there are no passwords.
    let hash: String?
    let consents: Consents?
    let device: Device

    /// False if the ticket was used meanwhile.
    func perform(
        _ id: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Bool {
        let (tickets, credentials) = (service.tickets, service.credentials)
        guard try tickets.take(ticket, in: transaction) else { return false }
        for purpose in [TicketPurpose.registration, .upgrade] {
            try tickets.removeAll(address: email, purpose: purpose, in: transaction)
        }
        if let consents { try service.record(consents, of: id, now: now, in: transaction) }
        if let hash { try credentials.setPassword(hash, of: id, now: now, in: transaction) }
        try credentials.setVerified(now, of: id, now: now, in: transaction)
        let entry = AuditEntry(.accountCreated, account: id, device: device)
        try service.audit.record(entry, now: now, in: transaction)
        return true
    }
}

/// The transaction in which the address of an account that there is is verified.
private struct AddressVerification: Sendable {
    let service: IdentityService
    let ticket: Ticket
    let account: AccountState
    /// Of another password; nil if it stays as it is, or there are none.
    let hash: String?
    /// Whether the account is somebody else's from now on.
    let isReclaimed: Bool
    let device: Device

    /// The sessions that it ended; nil if the ticket was used, or the account changed, meanwhile.
    func perform(
        _ id: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> [String]? {
        let (tickets, credentials) = (service.tickets, service.credentials)
        guard try tickets.take(ticket.id, in: transaction),
            let state = try credentials.state(of: id, in: transaction),
            state.email == account.email, state.password == account.password,
            state.suspended == nil
        else { return nil }
        try tickets.removeAll(of: id, purpose: .addressVerification, in: transaction)
        let entry = AuditEntry(.addressVerified, account: id, device: device)
        try service.audit.record(entry, now: now, in: transaction)
        guard state.verified == nil else { return [] }
        try credentials.setVerified(now, of: id, now: now, in: transaction)
        guard isReclaimed else { return [] }
        if let hash {
            try credentials.setPassword(hash, of: id, now: now, in: transaction)
            try service.tellOfPassword(state, device: device, now: now, in: transaction)
        } else if state.password != nil {
            try credentials.removePassword(of: id, now: now, in: transaction)
        }
        return try service.reclaim(id, device: device, now: now, in: transaction)
    }
}

extension Caller {
    /// Somebody without an account yet, who completes a sign-up.
    static func registrant(_ device: Device) -> Caller {
        Caller(
            account: nil,
            category: .anonymous,
            idempotencyScope: device.address ?? "",
            request: RequestFacts(
                address: device.address ?? "",
                method: "POST",
                isSecure: device.isSecure
            )
        )
    }
}
