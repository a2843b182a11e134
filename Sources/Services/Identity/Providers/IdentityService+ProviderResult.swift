package import Engine
package import JSON
import ModelLanguage
import OpenIDConnect
import Storage

extension IdentityService {
    /// How long somebody may take to sign up, or to sign in for linking; seconds.
    private static let proofLifetime: Int64 = 1_800

    /// Trades a result for a session.
    ///
    /// An identity that is linked signs its account in. One that is not makes an account, if nothing
    /// is missing for one; it never gets into an account that exists by having its address.
    ///
    /// Throws `auth.invalid-code`, `auth.link-required`, `auth.sign-up-required` and what
    /// `openSession` throws.
    package func exchangeProviderResult(
        _ code: String,
        verifier: String?,
        binding: String?,
        device: Device,
        caller: Caller
    ) async throws(Problem) -> TokenPair {
        let (result, account) = try await result(code, verifier: verifier, binding: binding)
        guard account == nil else {
            throw Problem(
                .invalidCode,
                "this code links an identity to an account",
                hint: "POST it to auth/identities"
            )
        }
        if let owner = try await owner(of: result.identity) {
            return try await openSession(
                account: owner,
                methods: [.federated],
                device: device,
                isBrowser: result.isBrowser
            )
        }
        return try await beginAccount(result, device: device, caller: caller)
    }

    /// The result of a code, which is used up, and the account that it is to be linked to.
    func result(
        _ code: String,
        verifier: String?,
        binding: String?
    ) async throws(Problem) -> (ProviderResult, account: String?) {
        let ticket = try await redeemTicket(token: code, purpose: .providerResult)
        guard let result = ProviderResult(json: ticket.data),
            result.proof.isAnswered(verifier: verifier, binding: binding)
        else { throw .invalidCode }
        return (result, ticket.account)
    }

    private func owner(of identity: ExternalIdentity) async throws(Problem) -> String? {
        let (provider, subject) = (identity.provider, identity.subject)
        return try await transaction { transaction throws(StoreError) in
            try IdentityStatements().account(
                provider: provider,
                subject: subject,
                in: transaction
            )
        }
    }

    private func beginAccount(
        _ result: ProviderResult,
        device: Device,
        caller: Caller
    ) async throws(Problem) -> TokenPair {
        let identity = result.identity
        if identity.isEmailVerified, let email = identity.email,
            try await account(email: email) != nil
        {
            throw .linkRequired(ticket: try await proofTicket(result))
        }
        let fields = fields(from: identity)
        let isOpen = collection.accounts?.signUp == .open
        let consents = collection.accounts?.consents ?? []
        guard isOpen, consents.isEmpty else {
            throw .signUpRequired(
                ticket: try await proofTicket(result),
                fields: fields,
                errors: []
            )
        }
        do throws(Problem) {
            return try await createAccount(fields, result, device: device, caller: caller)
        } catch {
            switch error.code {
            case .emailTaken: throw .linkRequired(ticket: try await proofTicket(result))
            case .validationFailed, .uniqueViolated:
                throw .signUpRequired(
                    ticket: try await proofTicket(result),
                    fields: fields,
                    errors: error.errors
                )
            default: throw error
            }
        }
    }

    private func proofTicket(_ result: ProviderResult) async throws(Problem) -> String {
        try await issueTicket(
            .providerProof,
            data: result.json,
            lifetime: Self.proofLifetime
        ).token
    }

    /// What the provider tells of the fields of a record: its address if it vouches for it, and the
    /// claims that the model names.
    private func fields(from identity: ExternalIdentity) -> JSONValue {
        let claims = collection.accounts?.provider(identity.provider)?.fields ?? []
        var members: [JSONValue.Member] = []
        if identity.isEmailVerified, let email = identity.email {
            members.append(.init("email", .string(email)))
        }
        for claim in claims where claim.field != "email" {
            guard let value = identity.claims[claim.claim], value != .null else { continue }
            members.append(.init(claim.field, value))
        }
        return .object(members)
    }
}

// MARK: - Accounts that a provider vouches for

extension IdentityService {
    /// Makes an account of a record's fields for somebody whom a provider has proved, and signs them
    /// in.
    ///
    /// `fields` may lack the address that the provider vouches for, and may not have another one:
    /// that would have to be proved first. An `invitation` among them proves the address that was
    /// invited, which the account gets then.
    ///
    /// Throws `auth.invalid-code`, what a sign-up throws and what `openSession` throws. The ticket
    /// stays until an account is made.
    package func signUp(
        ticket: String,
        fields: JSONValue,
        device: Device,
        caller: Caller
    ) async throws(Problem) -> TokenPair {
        let proof = try await self.ticket(token: ticket, purpose: .providerProof)
        guard let result = ProviderResult(json: proof.data), case .object(let members) = fields
        else { throw .invalidCode }
        try allow("sign-up", device, .signUp)
        var invitation: Invitation?
        if let token = fields["invitation"]?.stringValue {
            invitation = try await standingInvitation(token)
        }
        guard policy.signUp == .open || invitation != nil else {
            throw Problem(
                .invitationRequired,
                "only who is invited can sign up",
                hint: "send the token of the invitation's link as \"invitation\""
            )
        }
        var known = self.fields(from: result.identity)["email"]
        if let invitation {
            if let email = fields["email"] { try check(email, of: invitation) }
            known = .string(invitation.email)
        } else if let email = fields["email"], email != known {
            throw Problem(validation: [
                ValueError(
                    "field.unconfirmed",
                    field: "email",
                    "the provider does not vouch for this address",
                    hint: "leave it out, and change it afterwards; or verify it at the provider"
                )
            ])
        }
        let consents = try Consents(
            fields["consents"],
            asked: collection.accounts?.consents ?? [],
            at: engine.clock.now(),
            address: device.address
        )
        let address = known.map { [JSONValue.Member("email", $0)] } ?? []
        let others = members.filter { !["email", "consents", "invitation"].contains($0.name) }
        return try await createAccount(
            .object(address + others),
            result,
            ticket: proof.id,
            invitation: invitation,
            consents: consents,
            device: device,
            caller: caller
        )
    }

    private func createAccount(
        _ record: JSONValue,
        _ result: ProviderResult,
        ticket: String? = nil,
        invitation: Invitation? = nil,
        consents: Consents? = nil,
        device: Device,
        caller: Caller
    ) async throws(Problem) -> TokenPair {
        let beginning = AccountBeginning(
            service: self,
            identity: result.identity,
            ticket: ticket,
            invitation: invitation,
            consents: consents,
            device: device,
            identityID: newID(at: engine.clock.now())
        )
        let verdict = CompanionVerdict()
        let operation = creation(of: record, caller: caller) {
            transaction,
            id,
            now throws(StoreError) in
            guard try beginning.perform(id, now: now, in: transaction) else {
                verdict.refuse()
                throw .check("ticket")
            }
        }
        let answer: WriteAnswer
        do throws(Problem) {
            answer = try await engine.perform(operation)
        } catch {
            throw verdict.isRefused ? .invalidCode : error
        }
        return try await openSession(
            account: answer.id,
            methods: [.federated],
            device: device,
            isBrowser: result.isBrowser
        )
    }
}

/// What comes with the record of an account that a provider vouches for, in its savepoint.
private struct AccountBeginning: Sendable {
    let service: IdentityService
    let identity: ExternalIdentity
    let ticket: String?
    let invitation: Invitation?
    let consents: Consents?
    let device: Device
    let identityID: String

    /// False if the ticket or the invitation was used meanwhile.
    func perform(
        _ account: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Bool {
        if let ticket, try !service.tickets.take(ticket, in: transaction) { return false }
        if let consents { try service.record(consents, of: account, now: now, in: transaction) }
        // A row beside the record, so that the account has a beginning, and its address is known to be
        // its owner's where the provider says so.
        try service.credentials.setVerified(
            identity.isEmailVerified && identity.email != nil ? now : nil,
            of: account,
            now: now,
            in: transaction
        )
        if let invitation {
            guard
                try service.accept(
                    invitation,
                    as: account,
                    device: device,
                    now: now,
                    in: transaction
                )
            else { return false }
            if let role = invitation.role {
                try service.credentials.setRole(role, of: account, now: now, in: transaction)
            }
        }
        try IdentityStatements().link(
            (identity.provider, identity.subject),
            to: account,
            id: identityID,
            now: now,
            in: transaction
        )
        let details: JSONValue = ["provider": .string(identity.provider)]
        for kind in [AuditKind.accountCreated, .identityLinked] {
            try service.audit.record(
                AuditEntry(kind, account: account, device: device, details: details),
                now: now,
                in: transaction
            )
        }
        return true
    }
}
