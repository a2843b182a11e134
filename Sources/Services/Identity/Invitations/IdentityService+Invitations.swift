package import Engine
import ExpressionSQL
import JSON
import Mail
import ModelLanguage
import Storage

extension TicketPurpose {
    static let invitation = TicketPurpose(rawValue: "invitation")
}

extension AuditKind {
    static let invitationSent = AuditKind(rawValue: "invitation.sent")
    static let invitationRevoked = AuditKind(rawValue: "invitation.revoked")
    static let invitationAccepted = AuditKind(rawValue: "invitation.accepted")
}

/// An invitation that stands.
package struct Invitation: Sendable, Hashable {
    package let id: String
    package let email: String
    /// The role that the account gets.
    package let role: String?
    /// The account that it comes from.
    package let inviter: String
    /// Microseconds since 1970.
    package let created: Int64
    package let expires: Int64

    init?(_ ticket: Ticket) {
        guard let email = ticket.data["email"]?.stringValue, let inviter = ticket.account else {
            return nil
        }
        id = ticket.id
        self.email = email
        role = ticket.data["role"]?.stringValue
        self.inviter = inviter
        created = ticket.created
        expires = ticket.expires
    }
}

// Who invites has the permission `<accounts>.invite`, and gives no role that can do what they
// cannot; that is asked again when the invitation is accepted. An invitation goes with the account
// that it comes from.
extension IdentityService {
    private static let invitationLifetime: Int64 = 7 * 24 * 60 * 60

    /// Sends an invitation; the last one to the address is void.
    ///
    /// Says nothing of whether the address has an account, whose owner is told instead.
    ///
    /// - Throws: `rule.denied`, `validation.failed`, `auth.throttled`.
    package func invite(
        email: String,
        role: String?,
        caller: Caller,
        device: Device
    ) async throws(Problem) -> Invitation {
        let rights = try checkInviter(caller)
        let inviter = rights.account
        let email = try checkedAddress(email)
        try check(invitedRole: role, permissions: caller.category.permissions)
        if let role { try rights.mayGrant(role: role) }
        try await limitMails(to: email, from: nil)
        let isTaken = try await account(email: email) != nil
        let sender = try await account(inviter)?.email
        let now = engine.clock.now()
        let ticket = try makeTicket(
            .invitation,
            account: inviter,
            address: email,
            data: ["email": .string(email), "role": role.map { .string($0) } ?? .null],
            lifetime: Self.invitationLifetime
        )
        let draft = Correspondence.Draft(
            kind: isTaken ? .accountExists : .invitation,
            recipient: email,
            account: nil,
            page: isTaken ? .home : .invitation,
            token: isTaken ? nil : ticket.token,
            values: [
                .inviter: sender ?? engine.model.name,
                .days: "\(Self.invitationLifetime / 86_400)",
            ],
            expires: ticket.expires
        )
        let (tickets, audit, correspondence) = (tickets, audit, correspondence)
        let kept = try await transaction { transaction throws(StoreError) in
            try tickets.removeAll(address: email, purpose: .invitation, in: transaction)
            try tickets.add(ticket, in: transaction)
            let entry = AuditEntry(
                .invitationSent,
                account: inviter,
                device: device,
                details: ["invitation": .string(ticket.id)]
            )
            try audit.record(entry, now: now, in: transaction)
            try correspondence.send(draft, device: device, now: now, in: transaction)
            return try tickets.find(
                id: ticket.id,
                purpose: .invitation,
                now: now,
                in: transaction
            )
        }
        mailer?.wake()
        guard let invitation = kept.flatMap(Invitation.init) else {
            throw Problem(.internalError)
        }
        return invitation
    }

    /// The invitations that stand, the newest first; of an operator of one tenant, their own alone.
    ///
    /// - Throws: `rule.denied`.
    package func invitations(caller: Caller) async throws(Problem) -> [Invitation] {
        let rights = try checkInviter(caller)
        let (tickets, now) = (tickets, engine.clock.now())
        let found = try await transaction { transaction throws(StoreError) in
            try tickets.all(.invitation, now: now, in: transaction)
        }
        return found.compactMap(Invitation.init).filter { rights.reaches($0) }
    }

    /// Takes an invitation back.
    ///
    /// - Throws: `rule.denied`, `record.not-found`.
    package func revokeInvitation(
        _ id: String,
        caller: Caller,
        device: Device
    ) async throws(Problem) {
        let rights = try checkInviter(caller)
        let (tickets, audit, now) = (tickets, audit, engine.clock.now())
        let isThere = try await transaction { transaction throws(StoreError) in
            let ticket = try tickets.find(
                id: id,
                purpose: .invitation,
                now: now,
                in: transaction
            )
            guard let ticket, let invitation = Invitation(ticket), rights.reaches(invitation)
            else { return false }
            try tickets.remove(ticket.id, in: transaction)
            let entry = AuditEntry(
                .invitationRevoked,
                account: ticket.account,
                actor: rights.account,
                device: device,
                details: ["invitation": .string(id)]
            )
            try audit.record(entry, now: now, in: transaction)
            return true
        }
        guard isThere else { throw Problem(.recordNotFound, "there is no such invitation") }
    }

    // MARK: Who may

    private func checkInviter(_ caller: Caller) throws(Problem) -> OperatorRights {
        let rights = try OperatorRights(caller, in: engine.model)
        try rights.require("\(collection.name).invite")
        return rights
    }

    /// Nobody gives what they do not have.
    private func check(
        invitedRole name: String?,
        permissions: Set<String>
    ) throws(Problem) {
        guard let name else { return }
        guard let role = engine.model.roles.first(where: { $0.name == name }) else {
            let names = engine.model.roles.map(\.name).joined(separator: ", ")
            throw Problem(
                validation: [
                    ValueError(
                        "field.enum",
                        field: "role",
                        "there is no such role; there are \(names.isEmpty ? "none" : names)"
                    )
                ]
            )
        }
        guard permissions.isSuperset(of: role.permissions) else {
            throw Problem(.ruleDenied, "the role can do what you cannot")
        }
    }

    // MARK: Accepting

    /// Makes the account of somebody who was invited.
    func acceptInvitation(
        _ token: String,
        body: JSONValue,
        consents: Consents,
        caller: Caller,
        device: Device
    ) async throws(Problem) -> WriteAnswer {
        let invitation = try await standingInvitation(token)
        try check(body["email"], of: invitation)
        let verdict = CompanionVerdict()
        do throws(Problem) {
            return try await signUp(fields: body, role: invitation.role, caller: caller) {
                [self]
                transaction,
                id,
                now throws(StoreError) in
                guard
                    try accept(invitation, as: id, device: device, now: now, in: transaction)
                else {
                    verdict.refuse()
                    throw .check("ticket")
                }
                try record(consents, of: id, now: now, in: transaction)
            }
        } catch {
            throw verdict.isRefused ? .invalidCode : error
        }
    }

    /// The invitation of a token, if whoever it comes from could still make it.
    ///
    /// - Throws: `auth.invalid-code`.
    func standingInvitation(_ token: String) async throws(Problem) -> Invitation {
        let ticket = try await ticket(token: token, purpose: .invitation)
        guard let invitation = Invitation(ticket),
            let inviter = try await account(invitation.inviter), inviter.suspended == nil,
            mayStill(inviter, give: invitation.role)
        else { throw .invalidCode }
        return invitation
    }

    /// - Throws: `validation.failed` unless it is the address that was invited.
    func check(_ email: JSONValue?, of invitation: Invitation) throws(Problem) {
        guard email?.stringValue?.lowercased() != invitation.email else { return }
        throw Problem(
            validation: [
                ValueError(
                    "field.format",
                    field: "email",
                    "\"email\" has to be the address that was invited"
                )
            ]
        )
    }

    /// Uses an invitation up: its token came by mail, so the account's address is verified; false if it
    /// was used before.
    func accept(
        _ invitation: Invitation,
        as account: String,
        device: Device,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Bool {
        guard try tickets.take(invitation.id, in: transaction) else { return false }
        try credentials.setVerified(now, of: account, now: now, in: transaction)
        let entry = AuditEntry(
            .invitationAccepted,
            account: account,
            device: device,
            details: ["inviter": .string(invitation.inviter)]
        )
        try audit.record(entry, now: now, in: transaction)
        return true
    }

    private func mayStill(_ inviter: AccountState, give role: String?) -> Bool {
        let roles = engine.model.roles
        let permissions = Set(
            roles.filter { inviter.roles.contains($0.name) }.flatMap(\.permissions)
        )
        guard permissions.contains("\(collection.name).invite") else { return false }
        guard let role else { return true }
        guard let given = roles.first(where: { $0.name == role }) else { return false }
        let isEverywhere =
            engine.model.tenants == nil || permissions.contains(Tenants.everyTenant)
        return isEverywhere && permissions.isSuperset(of: given.permissions)
    }
}

extension OperatorRights {
    /// Whether an invitation, which has the address of somebody who is in no tenant yet, is one that
    /// the operator may see.
    fileprivate func reaches(_ invitation: Invitation) -> Bool {
        reach == .everywhere || invitation.inviter == account
    }
}
