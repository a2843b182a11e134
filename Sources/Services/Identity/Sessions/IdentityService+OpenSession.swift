package import Engine
import JSON
import Mail
import ModelLanguage
import Storage

extension IdentityService {
    /// Begins a session: the one place where sessions begin, whatever proved who somebody is.
    ///
    /// `methods` are what was proved, the first factor first; `isBrowser`, whether the tokens become
    /// cookies.
    ///
    /// - Throws: `auth.suspended`, `auth.email-unverified`; `auth.second-factor-required` and
    ///   `auth.enrolment-required`, both with a `challenge`.
    package func openSession(
        account: String,
        methods: [AuthenticationMethod],
        device: Device,
        isBrowser: Bool = false,
        tenant: String? = nil
    ) async throws(Problem) -> TokenPair {
        let tokens = try await open(
            SessionOpening(
                account: account,
                methods: methods,
                device: device,
                isBrowser: isBrowser,
                tenant: tenant
            )
        )
        guard let tokens else { throw .noSuchAccount }
        return tokens
    }

    /// Nil if the account is gone, or its password is another one by now.
    func open(_ opening: SessionOpening) async throws(Problem) -> TokenPair? {
        let account = try await look { directory throws(StoreError) in
            try directory.account(id: opening.account)
        }
        guard let account else { return nil }
        try await admit(opening, to: account)
        let now = engine.clock.now()
        let session = session(for: opening, now: now)
        let (token, tokenID) = (RefreshToken(), newID(at: now))
        let begin = SessionBeginning(service: self, opening: opening, session: session)
        let outcome = try await transaction { transaction throws(StoreError) in
            try begin.perform(token: token, tokenID: tokenID, now: now, in: transaction)
        }
        switch outcome {
        case .refused: return nil
        case .denied(let problem): throw problem
        case .tooEarly(let wait): throw .throttled(microseconds: wait)
        case .begun(let session, let state, let refreshExpires, let revoked):
            var pair = try tokens(
                for: session,
                of: try await withRoles(state, in: session),
                refresh: (token, refreshExpires),
                revoked: revoked,
                now: now
            )
            if opening.isBrowser { pair.deviceToken = try? devices.token(for: account.id) }
            return pair
        }
    }

    /// Refuses whom the model or an operator keeps out, or asks for a second factor.
    private func admit(_ opening: SessionOpening, to account: AccountState) async throws(Problem) {
        // Operators prove nothing of the account; whether they may act for it, the transaction asks.
        guard opening.operator == nil else { return }
        guard account.suspended == nil else { throw .suspended }
        guard opening.methods != [.anonymous] else { return }
        if policy.verifyEmail, account.verified == nil {
            throw Problem(
                .emailUnverified,
                "the account's address has not been verified",
                hint: "follow the link in the mail, or ask for another one"
            )
        }
        guard policy.secondFactor != .off, !opening.hasSecondFactor else { return }
        let factors = try await look { directory throws(StoreError) in
            try directory.secondFactors(of: account.id)
        }
        if factors.isEmpty, policy.secondFactor == .optional { return }
        let purpose = factors.isEmpty ? TicketPurpose.enrolment : .secondFactor
        let ticket = try await issueTicket(
            purpose,
            account: account.id,
            data: opening.challengeData,
            lifetime: configuration.challengeLifetime
        )
        throw .challenge(ticket.token, factors)
    }

    private func session(for opening: SessionOpening, now: Int64) -> Session {
        var methods = opening.methods
        if opening.hasSecondFactor, !methods.contains(.multipleFactors) {
            methods.append(.multipleFactors)
        }
        let isActing = opening.impersonator != nil
        let lifetime = isActing ? configuration.impersonationLifetime * 1_000_000 : .max
        return Session(
            id: newID(at: now),
            account: opening.account,
            created: now,
            seen: now,
            authenticated: now,
            expires: now + min(sessions.absoluteLifetime, lifetime),
            methods: methods,
            hasSecondFactor: opening.hasSecondFactor,
            isBrowser: opening.isBrowser,
            agent: opening.device.agent,
            address: opening.device.address,
            tenant: opening.tenant,
            impersonator: opening.impersonator
        )
    }

    /// `revoked` is until when the account's tokens are void, as its transaction has found.
    func tokens(
        for session: Session,
        of account: AccountState,
        refresh: (token: RefreshToken, expires: Int64),
        revoked: Int64?,
        now: Int64
    ) throws(Problem) -> TokenPair {
        TokenPair(
            account: account.id,
            session: session.id,
            accessToken: try issuer.token(session, account, revoked: revoked, now: now),
            refreshToken: refresh.token.text,
            expiresIn: configuration.accessLifetime,
            refreshExpiresIn: (refresh.expires - now) / 1_000_000,
            isBrowser: session.isBrowser
        )
    }

    /// A new access token of a session.
    func grant(
        for session: Session,
        of account: AccountState,
        revoked: Int64?,
        now: Int64
    ) throws(Problem) -> AccessGrant {
        AccessGrant(
            account: account.id,
            session: session.id,
            accessToken: try issuer.token(session, account, revoked: revoked, now: now),
            expiresIn: configuration.accessLifetime,
            isBrowser: session.isBrowser
        )
    }
}

/// The transaction in which a session begins.
private struct SessionBeginning: Sendable {
    enum Outcome: Sendable {
        case begun(Session, AccountState, refreshExpires: Int64, revoked: Int64?)
        case refused
        /// What an operator is told who may not act for the account.
        case denied(Problem)
        /// Microseconds to wait, since others failed meanwhile.
        case tooEarly(Int64)
    }

    let service: IdentityService
    let opening: SessionOpening
    let session: Session

    func perform(
        token: RefreshToken,
        tokenID: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Outcome {
        let state = try service.credentials.state(of: opening.account, in: transaction)
        guard let state else { return .refused }
        if let denial = try denial(of: state, now: now, in: transaction) { return .denied(denial) }
        guard state.suspended == nil else { return .refused }
        if let hash = opening.passwordHash, state.password != hash { return .refused }
        if let attempt = opening.attempt {
            let wait = try service.throttle.wait(attempt.keys, now: now, in: transaction)
            guard wait <= 0 else { return .tooEarly(wait) }
            try service.throttle.succeed(attempt.keys, in: transaction)
        }
        if let old = opening.passwordHash, let renewed = opening.renewedHash {
            try service.credentials.renewHash(
                old,
                to: renewed,
                of: opening.account,
                now: now,
                in: transaction
            )
        }
        try noticeNewDevice(state, now: now, in: transaction)
        var session = session
        session.tenant = try service.memberships?.tenant(
            session.tenant,
            of: state.id,
            in: transaction
        )
        if opening.operator != nil, let wanted = opening.tenant, session.tenant != wanted {
            return .denied(.noSuchTenant)
        }
        let expires = try service.sessions.open(
            session,
            token,
            id: tokenID,
            now: now,
            in: transaction
        )
        try service.audit.record(entry, now: now, in: transaction)
        let revoked = try RevocationStatements().moment(of: .account(state.id), in: transaction)
        return .begun(session, state, refreshExpires: expires, revoked: revoked)
    }

    /// Why an operator may not act for the account.
    private func denial(
        of state: AccountState,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Problem? {
        guard let rights = opening.operator else { return nil }
        let refusal = try rights.refusal(over: state, of: service, now: now, in: transaction)
        return refusal ?? (state.suspended == nil ? nil : .suspended)
    }

    private var entry: AuditEntry {
        AuditEntry(
            .signedIn,
            account: opening.account,
            actor: opening.impersonator,
            device: opening.device,
            details: [
                "session": .string(session.id),
                "methods": .array(session.methods.map { .string($0.rawValue) }),
            ]
        )
    }

    /// Tells the account's owner of a device that it was never used on.
    private func noticeNewDevice(
        _ state: AccountState,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        guard service.mailer != nil, let email = state.email, opening.impersonator == nil
        else { return }
        let familiarity = try service.devices.familiarity(
            of: opening.device,
            with: state.id
        ) { statement, parameters throws(StoreError) in
            try transaction.rows(statement, parameters)
        }
        guard familiarity == .new else { return }
        try service.correspondence.send(
            Correspondence.Draft(
                kind: .newDevice,
                recipient: email,
                account: state.id,
                page: .forgotPassword
            ),
            device: opening.device,
            now: now,
            in: transaction
        )
    }
}

extension Problem {
    static let suspended = Problem(
        .accountSuspended,
        "an operator has suspended this account"
    )

    static var noSuchAccount: Problem {
        Problem(.invalidCredentials, "the account does not exist")
    }

    /// The first factor was right, and the second is missing.
    static func challenge(_ token: String, _ factors: [SecondFactorKind]) -> Problem {
        let challenge = JSONValue.Member("challenge", .string(token))
        guard !factors.isEmpty else {
            return Problem(
                .enrolmentRequired,
                "this app asks for a second factor, and the account has none",
                hint: "set one up with the challenge",
                members: [challenge]
            )
        }
        return Problem(
            .secondFactorRequired,
            "the account has a second factor",
            hint: "send the challenge with a code or a passkey to second-factor",
            members: [
                challenge,
                JSONValue.Member("factors", .array(factors.map { .string($0.rawValue) })),
            ]
        )
    }
}
