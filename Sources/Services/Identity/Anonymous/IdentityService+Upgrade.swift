package import Engine
import ExpressionSQL
package import JSON
import Mail
import ModelLanguage
import Storage

extension AuditKind {
    package static let accountUpgraded = AuditKind(rawValue: "account.upgraded")
}

extension TicketPurpose {
    /// An anonymous account's new address, and the hash of its password where there are any.
    static let upgrade = TicketPurpose(rawValue: "upgrade")
}

/// What became of an anonymous account that asked to be a full one.
package enum Upgrade: Sendable {
    case upgraded(TokenPair)
    /// A mail is on its way, whoever has the address; with the code that it has goes the binding.
    case verificationSent(binding: String)
}

extension IdentityService {
    /// Gives the caller's anonymous account an address and, where there are any, a password.
    ///
    /// Its sessions end, and one with the password begins. Where addresses are verified or there are no
    /// passwords, so that a proved address is what the account is entered by, all that
    /// waits until the mail is answered: till then nobody can tell a taken address from a fresh one.
    /// `consents` are those of every sign-up; nil stands for none.
    ///
    /// - Throws: `rule.denied` if the account has an address or a password; for one that can be signed
    ///   in to, by a provider or a passkey, `auth.reauthentication-required`; `validation.failed`,
    ///   `auth.throttled`; `account.email-taken` unless addresses are verified.
    package func upgrade(
        _ caller: Caller,
        email: String,
        password: String?,
        consents: JSONValue? = nil,
        device: Device,
        isBrowser: Bool
    ) async throws(Problem) -> Upgrade {
        guard let account = caller.account, let state = try await self.account(account) else {
            throw Problem(.authenticationRequired, "nobody is signed in")
        }
        guard state.email == nil, state.password == nil else { throw Self.hasCredentials }
        try await requireAnonymity(of: caller, account)
        let consents = try Consents(
            consents,
            asked: policy.consents,
            at: engine.clock.now(),
            address: device.address
        )
        let candidate = candidate(password.map { .string($0) }, email: email)
        guard candidate.errors.isEmpty else { throw Problem(validation: candidate.errors) }
        guard let new = candidate.password, !policy.verifyEmail else {
            return .verificationSent(
                binding: try await requestUpgrade(
                    of: account,
                    to: email,
                    password: candidate.password,
                    consents: consents,
                    device: device
                )
            )
        }
        let upgrade = AnonymousUpgrade(
            service: self,
            email: email,
            hash: try await hasher.hash(new),
            consents: consents,
            ticket: nil,
            device: device
        )
        try await carryOut(upgrade, of: account)
        let pair = try await openSession(
            account: account,
            methods: [.password],
            device: device,
            isBrowser: isBrowser
        )
        return .upgraded(pair)
    }

    private static let hasCredentials = Problem(
        .ruleDenied,
        "the account has an address or a password already"
    )

    /// Asks for a new proof unless the account is anonymous, and has nothing but its session: into any
    /// other, a token that somebody found must not open a way that lasts.
    private func requireAnonymity(
        of caller: Caller,
        _ account: String
    ) async throws(Problem) {
        if caller.session.anonymous, try await factors(of: account).isEmpty,
            try await identities(of: account).isEmpty
        {
            return
        }
        try requireRecentAuthentication(caller)
    }

    /// Upgrades the account of a ticket that came back from its mail.
    ///
    /// Where somebody else than who asked comes with it, the account is theirs from now on, by the
    /// password that they choose.
    ///
    /// - Throws: `auth.invalid-code`, `auth.password-required`; `account.email-taken` if somebody else
    ///   has the address by now.
    func completeUpgrade(
        _ claimed: ClaimedTicket,
        claim: VerificationClaim,
        device: Device
    ) async throws(Problem) {
        let ticket = claimed.ticket
        let hash = ticket.data["hash"]?.stringValue
        guard let id = ticket.account, let email = ticket.data["email"]?.stringValue,
            hash != nil || !hasPasswords, let state = try await account(id),
            state.email == nil, state.password == nil, state.suspended == nil
        else { throw .invalidCode }
        let choice = try await choice(claimed, claim, email: email, device: device)
        let upgrade = AnonymousUpgrade(
            service: self,
            email: email,
            hash: hasPasswords ? choice.hash ?? hash : nil,
            consents: choice.consents,
            ticket: claimed,
            device: device
        )
        try await carryOut(upgrade, of: id)
    }

    private func requestUpgrade(
        of account: String,
        to text: String,
        password: String?,
        consents: Consents,
        device: Device
    ) async throws(Problem) -> String {
        let email = try checkedAddress(text)
        try await limitMails(to: email, from: device)
        var hash = JSONValue.null
        if let password { hash = .string(try await hasher.hash(password)) }
        let binding = TicketBinding.makeSecret()
        let ticket = try makeTicket(
            .upgrade,
            account: account,
            address: email,
            data: [
                "email": .string(email), "hash": hash, "consents": consents.json,
                TicketBinding.member: .string(TicketBinding.digest(of: binding)),
            ],
            lifetime: Self.verificationLifetime,
            hasCode: true
        )
        let owner = try await self.account(email: email)
        let draft =
            owner.map { owner in
                Correspondence.Draft(
                    kind: .accountExists,
                    recipient: email,
                    account: owner.id,
                    page: .home,
                    expires: ticket.expires
                )
            } ?? verification(ticket, to: email, account: account)
        let (tickets, correspondence, now) = (tickets, correspondence, engine.clock.now())
        try await transaction { transaction throws(StoreError) in
            try tickets.removeAll(of: account, purpose: .upgrade, in: transaction)
            try tickets.add(ticket, replacesOthers: false, in: transaction)
            try correspondence.send(draft, device: device, now: now, in: transaction)
        }
        mailer?.wake()
        return binding
    }

    /// Writes the address into the record, and what belongs to it beside, and ends the sessions.
    ///
    /// With a ticket the address is verified, and the ticket used up.
    func carryOut(
        _ upgrade: AnonymousUpgrade,
        of account: String
    ) async throws(Problem) {
        let verdict = CompanionVerdict()
        let change = RecordChange(
            .update(id: account, ["email": .string(upgrade.email)]),
            in: collection.name
        ) { transaction, id, now throws(StoreError) in
            guard try upgrade.perform(id, now: now, in: transaction) else {
                verdict.refuse()
                throw .check("ticket")
            }
        }
        do throws(Problem) {
            _ = try await engine.perform(
                WriteOperation(change: .record(change), caller: owner(account))
            )
        } catch {
            guard verdict.isRefused else { throw error }
            throw upgrade.ticket == nil ? Self.hasCredentials : .invalidCode
        }
        try await endSessions(of: account, device: upgrade.device)
        // What was reclaimed is void here at once, too.
        if upgrade.ticket?.isOwn == false { try await readRevocations() }
    }

    /// The account itself, allowed to set its address whatever the model's rules say.
    private func owner(_ account: String) -> Caller {
        let permissions: Set = ["\(collection.name).update", "\(collection.name).read"]
        return Caller(
            account: account,
            category: CallerClass(role: nil, permissions: permissions),
            idempotencyScope: account
        )
    }
}

/// What an upgrade does beside the record's change.
struct AnonymousUpgrade: Sendable {
    let service: IdentityService
    let email: String
    /// Nil where there are no passwords.
    let hash: String?
    let consents: Consents?
    let ticket: ClaimedTicket?
    let device: Device

    /// False if the ticket was used, or the account got credentials, meanwhile.
    func perform(
        _ id: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Bool {
        let (credentials, audit, tickets) = (service.credentials, service.audit, service.tickets)
        // The record has the new address by now, so what came in between shows beside it: a password,
        // or that an address was verified, which the new one is not.
        let state = try credentials.state(of: id, in: transaction)
        guard let state, state.password == nil, state.verified == nil else { return false }
        if let ticket {
            guard try tickets.take(ticket.ticket.id, in: transaction) else { return false }
            try credentials.setVerified(now, of: id, now: now, in: transaction)
            if !ticket.isOwn {
                _ = try service.reclaim(id, device: device, now: now, in: transaction)
            }
        }
        try tickets.removeProofs(of: id, in: transaction)
        try tickets.removeAll(of: id, purpose: .upgrade, in: transaction)
        if let hash { try credentials.setPassword(hash, of: id, now: now, in: transaction) }
        if let consents { try service.record(consents, of: id, now: now, in: transaction) }
        let entry = AuditEntry(.accountUpgraded, account: id, device: device)
        try audit.record(entry, now: now, in: transaction)
        return true
    }
}
