package import Engine
import JSON
import Storage

extension IdentityService {
    /// Trades a refresh token for its successor and a new access token, with the account's roles of
    /// now.
    ///
    /// - Throws: `auth.invalid-refresh-token`; `auth.throttled` for a session that is refreshed far too
    ///   often.
    package func refresh(
        _ text: String,
        device: Device = .unknown
    ) async throws(Problem) -> TokenPair {
        guard let presented = RefreshToken(text) else { throw .invalidRefreshToken }
        let now = engine.clock.now()
        if let session = try await refreshable(presented) {
            try allow("refresh", session.id, .refresh)
        }
        let (fresh, id) = (RefreshToken(), newID(at: now))
        let step = RefreshStep(service: self, device: device)
        let outcome = try await transaction { transaction throws(StoreError) in
            try step.perform(presented, fresh: fresh, id: id, now: now, in: transaction)
        }
        switch outcome {
        case .refused: throw .invalidRefreshToken
        case .ended(let session):
            revocations.add(.session(session), at: now)
            throw .invalidRefreshToken
        case .refreshed(let session, let account, let token, let expires, let revoked):
            return try tokens(
                for: session,
                of: try await withRoles(account, in: session),
                refresh: (token, expires),
                revoked: revoked,
                now: now
            )
        }
    }

    /// The id of the session that a refresh token stands for; the token is not used up.
    ///
    /// - Throws: `auth.invalid-refresh-token`.
    package func session(ofRefreshToken text: String) async throws(Problem) -> String {
        guard let token = RefreshToken(text), let session = try await refreshable(token) else {
            throw .invalidRefreshToken
        }
        return session.id
    }

    private func refreshable(_ token: RefreshToken) async throws(Problem) -> Session? {
        let (sessions, now) = (sessions, engine.clock.now())
        return try await look { directory throws(StoreError) in
            try sessions.refreshable(token, now: now) { statement, values throws(StoreError) in
                try directory.rows(statement, values)
            }
        }
    }

    /// Ends the session that a refresh token belongs to, and its access tokens.
    ///
    /// Says nothing of whether there was one.
    package func signOut(_ text: String, device: Device = .unknown) async throws(Problem) {
        guard let token = RefreshToken(text) else { return }
        let (sessions, audit, now) = (sessions, audit, engine.clock.now())
        let ended = try await transaction { transaction throws(StoreError) -> String? in
            guard let session = try sessions.session(of: token, in: transaction) else { return nil }
            try sessions.end(session.id, now: now, in: transaction)
            let entry = AuditEntry(
                .sessionEnded,
                account: session.account,
                device: device,
                details: ["session": .string(session.id), "reason": "sign-out"]
            )
            try audit.record(entry, now: now, in: transaction)
            return session.id
        }
        if let ended { revocations.add(.session(ended), at: now) }
    }
}

/// The transaction of a refresh.
private struct RefreshStep: Sendable {
    enum Outcome: Sendable {
        case refreshed(Session, AccountState, RefreshToken, expires: Int64, revoked: Int64?)
        case refused
        /// The session, which has ended with this.
        case ended(String)
    }

    let service: IdentityService
    let device: Device

    func perform(
        _ presented: RefreshToken,
        fresh: RefreshToken,
        id: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Outcome {
        let rotation = try service.sessions.rotate(
            presented,
            to: fresh,
            id: id,
            now: now,
            in: transaction
        )
        switch rotation {
        case .refused: return .refused
        case .reused(let session, let account):
            let entry = AuditEntry(
                .refreshReused,
                account: account,
                device: device,
                details: ["session": .string(session)]
            )
            try service.audit.record(entry, now: now, in: transaction)
            return .ended(session)
        case .rotated(var session, let token, let expires):
            let account = try service.credentials.state(of: session.account, in: transaction)
            guard let account, account.suspended == nil else {
                try service.sessions.end(session.id, now: now, in: transaction)
                return .ended(session.id)
            }
            try service.sessions.touch(
                session.id,
                address: device.address,
                agent: device.agent,
                now: now,
                in: transaction
            )
            try updateTenant(of: &session, now: now, in: transaction)
            let revoked = try RevocationStatements().moment(
                of: .account(account.id),
                in: transaction
            )
            return .refreshed(session, account, token, expires: expires, revoked: revoked)
        }
    }
}

extension RefreshStep {
    /// A session leaves a tenant that its account belongs to no more.
    private func updateTenant(
        of session: inout Session,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        let tenant = try service.memberships?.tenant(
            session.tenant,
            of: session.account,
            in: transaction
        )
        guard tenant != session.tenant else { return }
        try service.sessions.setTenant(tenant, of: session.id, in: transaction)
        session.tenant = tenant
    }
}

extension Problem {
    static let invalidRefreshToken = Problem(
        .invalidRefreshToken,
        "the refresh token is unknown, has expired or was used before",
        hint: "sign in again"
    )
}
