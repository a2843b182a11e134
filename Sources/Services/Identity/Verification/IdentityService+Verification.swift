package import Engine
import JSON
import Mail
import Storage

/// What became of a verification.
package enum Verification: Sendable {
    /// The sign-up is complete: its account, and its first session.
    case registered(WriteAnswer, TokenPair)
    /// An account that there was has a verified address now; an anonymous one is a full one with it.
    case verified
}

extension IdentityService {
    /// What waits for an address without an account.
    private static let pending = [TicketPurpose.registration, .upgrade]

    /// Completes what a link was sent for.
    ///
    /// A link that was sent for somebody else's sign-up completes the one that the claim is bound to,
    /// if that is for the same address: whoever has the mail has the address.
    ///
    /// - Throws: `auth.invalid-code`; `auth.password-required` where the claim shows nothing; for a
    ///   sign-up what the engine says of the record by now, with which the link still stands, and what
    ///   `openSession` throws.
    package func verify(
        token: String,
        claim: VerificationClaim = .none,
        device: Device,
        isBrowser: Bool
    ) async throws(Problem) -> Verification {
        let (tickets, now) = (tickets, engine.clock.now())
        let found = try await transaction { transaction throws(StoreError) -> ClaimedTicket? in
            for purpose in Self.pending + [.addressVerification] {
                let ticket = try tickets.find(
                    token: token,
                    purpose: purpose,
                    now: now,
                    in: transaction
                )
                guard let ticket else { continue }
                guard purpose != .addressVerification, !ticket.isBound(to: claim.binding),
                    let address = ticket.address
                else {
                    return ClaimedTicket(
                        ticket: ticket,
                        isOwn: ticket.isBound(to: claim.binding)
                    )
                }
                let own = try tickets.standing(
                    of: address,
                    purposes: Self.pending,
                    now: now,
                    in: transaction
                ).first { $0.ticket.isBound(to: claim.binding) }
                return ClaimedTicket(ticket: own?.ticket ?? ticket, isOwn: own != nil)
            }
            return nil
        }
        guard let found else { throw .invalidCode }
        return try await complete(found, claim: claim, device: device, isBrowser: isBrowser)
    }

    /// Completes what a code was sent for; it is tried five times at most, and only by the client that
    /// the claim is bound to.
    ///
    /// - Throws: as `verify(token:)` does, and `auth.throttled`.
    package func verify(
        email: String,
        code: String,
        claim: VerificationClaim,
        device: Device,
        isBrowser: Bool
    ) async throws(Problem) -> Verification {
        let email = try checkedAddress(email)
        let (tickets, now) = (tickets, engine.clock.now())
        let purposes = Self.pending + [.addressVerification]
        // Others, who can guess nothing, do not make whoever asked for the mail wait.
        let isOwn = try await transaction { transaction throws(StoreError) in
            try tickets.standing(of: email, purposes: purposes, now: now, in: transaction)
                .contains { $0.ticket.isBound(to: claim.binding) }
        }
        let attempt = try await beginAttempt(on: email, from: device, isKnown: isOwn)
        let ticket = try await transaction { transaction throws(StoreError) in
            try tickets.find(
                code: code,
                address: email,
                purposes: purposes,
                binding: claim.binding,
                now: now,
                in: transaction
            )
        }
        guard let ticket else {
            try await fail(attempt)
            throw .invalidCode
        }
        try await succeed(attempt)
        return try await complete(
            ClaimedTicket(ticket: ticket, isOwn: true),
            claim: claim,
            device: device,
            isBrowser: isBrowser
        )
    }

    /// Sends the mail for a verification that waits once more, if one does.
    ///
    /// That of the sign-up which `binding` is bound to takes the place of the one before; others stand.
    ///
    /// - Returns: what goes with the code.
    /// - Throws: `validation.failed`, `auth.throttled`.
    package func resendVerification(
        email: String,
        binding: String? = nil,
        device: Device
    ) async throws(Problem) -> String {
        let email = try checkedAddress(email)
        try await limitMails(to: email, from: device)
        let account = try await account(email: email)
        let (tickets, correspondence, now) = (tickets, correspondence, engine.clock.now())
        let waiting = try await transaction { transaction throws(StoreError) in
            try tickets.standing(
                of: email,
                purposes: Self.pending,
                now: now,
                in: transaction
            ).map(\.ticket)
        }
        let own = waiting.first { $0.isBound(to: binding) }
        let kept = own == nil ? TicketBinding.makeSecret() : binding ?? ""
        let pending = own ?? waiting.first
        let isNew = account == nil
        let isUnverified =
            account.map { $0.verified == nil && $0.suspended == nil } ?? false
        let bound: JSONValue = [
            "email": .string(email), TicketBinding.member: .string(TicketBinding.digest(of: kept)),
        ]
        let ticket = try makeTicket(
            isNew ? pending?.purpose ?? .registration : .addressVerification,
            account: isNew ? pending?.account : account?.id,
            address: email,
            data: isNew ? pending?.data ?? bound : bound,
            lifetime: Self.verificationLifetime,
            hasCode: true
        )
        let draft = verification(
            ticket,
            to: email,
            account: isNew ? pending?.account : account?.id,
            isDecoy: isNew ? pending == nil : !isUnverified
        )
        try await transaction { transaction throws(StoreError) in
            if let own { try tickets.remove(own.id, in: transaction) }
            try tickets.add(ticket, replacesOthers: false, in: transaction)
            try correspondence.send(draft, device: device, now: now, in: transaction)
        }
        mailer?.wake()
        return kept
    }
}

extension Ticket {
    /// The address that a sign-up or an upgrade waits for.
    fileprivate var address: String? {
        data["email"]?.stringValue ?? data["record"]?["email"]?.stringValue
    }
}
