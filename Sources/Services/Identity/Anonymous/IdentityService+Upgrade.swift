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
    /// An anonymous account's new address, and the hash of its password.
    static let upgrade = TicketPurpose(rawValue: "upgrade")
}

/// What became of an anonymous account that asked to be a full one.
package enum Upgrade: Sendable {
    case upgraded(TokenPair)
    /// A mail is on its way, whoever has the address.
    case verificationSent
}

extension IdentityService {
    /// Gives the caller's anonymous account an address and a password.
    ///
    /// Its sessions end, and one with the password begins. Where addresses are verified, all that
    /// waits until the mail is answered: till then nobody can tell a taken address from a fresh one.
    /// `consents` are those of every sign-up; nil stands for none.
    ///
    /// - Throws: `rule.denied` if the account is no anonymous one, `validation.failed`,
    ///   `auth.throttled`; `account.email-taken` unless addresses are verified.
    package func upgrade(
        _ caller: Caller,
        email: String,
        password: String,
        consents: JSONValue? = nil,
        device: Device,
        isBrowser: Bool
    ) async throws(Problem) -> Upgrade {
        guard let account = caller.account, let state = try await self.account(account) else {
            throw Problem(.authenticationRequired, "nobody is signed in")
        }
        guard state.email == nil, state.password == nil else {
            throw Problem(.ruleDenied, "the account has an address already")
        }
        let consents = try Consents(
            consents,
            asked: policy.consents,
            at: engine.clock.now(),
            address: device.address
        )
        let new = try acceptable(password, email: email)
        if policy.verifyEmail {
            try await requestUpgrade(
                of: account,
                to: email,
                password: new,
                consents: consents,
                device: device
            )
            return .verificationSent
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

    /// Upgrades the account of a ticket that came back from its mail.
    ///
    /// - Throws: `auth.invalid-code`; `account.email-taken` if somebody else has the address by now.
    func completeUpgrade(_ ticket: Ticket, device: Device) async throws(Problem) {
        guard let id = ticket.account, let email = ticket.data["email"]?.stringValue,
            let hash = ticket.data["hash"]?.stringValue, let state = try await account(id),
            state.email == nil, state.password == nil, state.suspended == nil
        else { throw .invalidCode }
        let upgrade = AnonymousUpgrade(
            service: self,
            email: email,
            hash: hash,
            consents: Consents(json: ticket.data["consents"]),
            ticket: ticket.id,
            device: device
        )
        try await carryOut(upgrade, of: id)
    }

    private func requestUpgrade(
        of account: String,
        to text: String,
        password: String,
        consents: Consents,
        device: Device
    ) async throws(Problem) {
        let email = try checkedAddress(text)
        try await limitMails(to: email, from: device)
        let hash = try await hasher.hash(password)
        let ticket = try makeTicket(
            .upgrade,
            account: account,
            address: email,
            data: [
                "email": .string(email), "hash": .string(hash), "consents": consents.json,
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
            try tickets.add(ticket, in: transaction)
            try correspondence.send(draft, device: device, now: now, in: transaction)
        }
        mailer?.wake()
    }

    /// Writes the address into the record, and what belongs to it beside, and ends the sessions.
    ///
    /// With a ticket the address is verified, and the ticket used up.
    private func carryOut(
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
            throw verdict.isRefused ? .invalidCode : error
        }
        try await endSessions(of: account, device: upgrade.device)
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
private struct AnonymousUpgrade: Sendable {
    let service: IdentityService
    let email: String
    let hash: String
    let consents: Consents?
    let ticket: String?
    let device: Device

    /// False if the ticket was used meanwhile.
    func perform(
        _ id: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Bool {
        let (credentials, audit) = (service.credentials, service.audit)
        if let ticket {
            guard try service.tickets.take(ticket, in: transaction) else { return false }
            try credentials.setVerified(now, of: id, now: now, in: transaction)
        }
        // Two at once: the later one finds a password.
        let state = try credentials.state(of: id, in: transaction)
        guard state?.password == nil else { throw .check("password") }
        try credentials.setPassword(hash, of: id, now: now, in: transaction)
        if let consents { try service.record(consents, of: id, now: now, in: transaction) }
        let entry = AuditEntry(.accountUpgraded, account: id, device: device)
        try audit.record(entry, now: now, in: transaction)
        return true
    }
}
