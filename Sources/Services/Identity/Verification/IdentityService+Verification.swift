package import Engine
import ExpressionSQL
import JSON
import Mail
import Storage

extension TicketPurpose {
    /// The address of an account that there is.
    static let addressVerification = TicketPurpose(rawValue: "address-verification")
}

extension AuditKind {
    static let addressVerified = AuditKind(rawValue: "email.verified")
}

/// What became of a verification.
package enum Verification: Sendable {
    /// The sign-up is complete: its account, and its first session.
    case registered(WriteAnswer, TokenPair)
    /// An account that there was has a verified address now; an anonymous one is a full one with it.
    case verified
}

extension IdentityService {
    /// Completes what a link was sent for.
    ///
    /// - Throws: `auth.invalid-code`; for a sign-up what the engine says of the record by now, with
    ///   which the link still stands, and what `openSession` throws.
    package func verify(
        token: String,
        device: Device,
        isBrowser: Bool
    ) async throws(Problem) -> Verification {
        let (tickets, now) = (tickets, engine.clock.now())
        let ticket = try await transaction { transaction throws(StoreError) -> Ticket? in
            for purpose in [TicketPurpose.registration, .upgrade, .addressVerification] {
                let ticket = try tickets.find(
                    token: token,
                    purpose: purpose,
                    now: now,
                    in: transaction
                )
                if let ticket { return ticket }
            }
            return nil
        }
        guard let ticket else { throw .invalidCode }
        return try await complete(ticket, device: device, isBrowser: isBrowser)
    }

    /// Completes what a code was sent for; it is tried five times at most.
    ///
    /// - Throws: as `verify(token:)` does, and `auth.throttled`.
    package func verify(
        email: String,
        code: String,
        device: Device,
        isBrowser: Bool
    ) async throws(Problem) -> Verification {
        let email = try checkedAddress(email)
        let attempt = try await beginAttempt(on: email, from: device, isKnown: false)
        let (tickets, now) = (tickets, engine.clock.now())
        let ticket = try await transaction { transaction throws(StoreError) -> Ticket? in
            for purpose in [TicketPurpose.registration, .upgrade, .addressVerification] {
                let ticket = try tickets.find(
                    code: code,
                    address: email,
                    purpose: purpose,
                    now: now,
                    in: transaction
                )
                if let ticket { return ticket }
            }
            return nil
        }
        guard let ticket else {
            try await fail(attempt)
            throw .invalidCode
        }
        try await succeed(attempt)
        return try await complete(ticket, device: device, isBrowser: isBrowser)
    }

    /// Sends the mail for a verification that waits once more, if one does; the last one is void.
    ///
    /// - Throws: `validation.failed`, `auth.throttled`.
    package func resendVerification(email: String, device: Device) async throws(Problem) {
        let email = try checkedAddress(email)
        try await limitMails(to: email, from: device)
        let account = try await account(email: email)
        let (tickets, correspondence, now) = (tickets, correspondence, engine.clock.now())
        let pending = try await transaction { transaction throws(StoreError) -> Ticket? in
            for purpose in [TicketPurpose.registration, .upgrade] {
                let ticket = try tickets.newest(
                    of: email,
                    purpose: purpose,
                    now: now,
                    in: transaction
                )
                if let ticket { return ticket }
            }
            return nil
        }
        let isUnverified =
            account.map { $0.verified == nil && $0.suspended == nil } ?? false
        let isNew = account == nil
        let ticket = try makeTicket(
            isNew ? pending?.purpose ?? .registration : .addressVerification,
            account: isNew ? pending?.account : account?.id,
            address: email,
            data: isNew ? pending?.data ?? .null : ["email": .string(email)],
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
            try tickets.add(ticket, in: transaction)
            try correspondence.send(draft, device: device, now: now, in: transaction)
        }
        mailer?.wake()
    }

    private func complete(
        _ ticket: Ticket,
        device: Device,
        isBrowser: Bool
    ) async throws(Problem) -> Verification {
        switch ticket.purpose {
        case .registration: return try await register(ticket, device: device, isBrowser: isBrowser)
        case .upgrade: try await completeUpgrade(ticket, device: device)
        default: try await verifyAddress(ticket, device: device)
        }
        return .verified
    }

    private func register(
        _ ticket: Ticket,
        device: Device,
        isBrowser: Bool
    ) async throws(Problem) -> Verification {
        guard let record = ticket.data["record"], let hash = ticket.data["hash"]?.stringValue else {
            throw .invalidCode
        }
        let answer = try await makeAccount(record, hash: hash, ticket: ticket, device: device)
        let tokens = try await openSession(
            account: answer.id,
            methods: [.email],
            device: device,
            isBrowser: isBrowser
        )
        return .registered(answer, tokens)
    }

    /// The account of a sign-up; the ticket goes with it, so that of two who come with it at once
    /// one makes an account.
    private func makeAccount(
        _ record: JSONValue,
        hash: String,
        ticket: Ticket,
        device: Device
    ) async throws(Problem) -> WriteAnswer {
        let verdict = CompanionVerdict()
        let (tickets, credentials, audit) = (tickets, credentials, audit)
        let consents = Consents(json: ticket.data["consents"])
        let operation = creation(of: record, caller: .registrant(device)) {
            [self]
            transaction,
            id,
            now throws(StoreError) in
            guard try tickets.take(ticket.id, in: transaction) else {
                verdict.refuse()
                throw .check("ticket")
            }
            if let consents { try self.record(consents, of: id, now: now, in: transaction) }
            try credentials.setPassword(hash, of: id, now: now, in: transaction)
            try credentials.setVerified(now, of: id, now: now, in: transaction)
            let entry = AuditEntry(.accountCreated, account: id, device: device)
            try audit.record(entry, now: now, in: transaction)
        }
        do throws(Problem) {
            return try await engine.perform(operation)
        } catch {
            throw verdict.isRefused ? .invalidCode : error
        }
    }

    private func verifyAddress(_ ticket: Ticket, device: Device) async throws(Problem) {
        let (tickets, credentials, audit) = (tickets, credentials, audit)
        let now = engine.clock.now()
        let isDone = try await transaction { transaction throws(StoreError) in
            guard try tickets.take(ticket.id, in: transaction), let id = ticket.account,
                let state = try credentials.state(of: id, in: transaction),
                // The address may be another one by now.
                state.email == ticket.data["email"]?.stringValue
            else { return false }
            if state.verified == nil {
                try credentials.setVerified(now, of: id, now: now, in: transaction)
            }
            let entry = AuditEntry(.addressVerified, account: id, device: device)
            try audit.record(entry, now: now, in: transaction)
            return true
        }
        guard isDone else { throw .invalidCode }
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
