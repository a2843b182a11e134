package import Engine
import JSON
import Mail
import ModelLanguage
import Storage

extension IdentityService {
    /// A password as it is hashed.
    ///
    /// - Throws: `validation.failed`, if nobody may choose it.
    package func acceptable(_ password: String, email: String?) throws(Problem) -> String {
        let candidate = PasswordPolicy.candidate(password, email: email, app: engine.model.name)
        guard candidate.errors.isEmpty else {
            throw Problem(validation: candidate.errors)
        }
        return candidate.password
    }

    /// Gives the caller's account another password, and ends its other sessions.
    ///
    /// An account without a password needs to have proved lately who it is, by whatever it has.
    ///
    /// - Throws: `auth.invalid-credentials` for a wrong current password, `auth.throttled`,
    ///   `validation.failed`, `auth.reauthentication-required`.
    package func changePassword(
        of caller: Caller,
        from current: String?,
        to password: String,
        device: Device
    ) async throws(Problem) {
        let account = try await signedIn(caller)
        try refuseImpersonation(caller)
        let new = try acceptable(password, email: account.email)
        if let hash = account.password {
            try await prove(current ?? "", hash: hash, of: account, device: device)
        } else {
            try requireRecentAuthentication(caller)
        }
        let hash = try await hasher.hash(new)
        let change = PasswordChange(
            service: self,
            account: account,
            hash: hash,
            kept: caller.session.id,
            device: device
        )
        let now = engine.clock.now()
        let ended = try await transaction { transaction throws(StoreError) in
            try change.perform(now: now, in: transaction)
        }
        // The password was changed by somebody else meanwhile.
        guard let ended else { throw .invalidCredentials }
        for session in ended { revocations.add(.session(session), at: now) }
        mailer?.wake()
    }

    /// The caller's account, as it is now.
    ///
    /// - Throws: `auth.required`; `auth.invalid-token`, if the account is gone or suspended.
    package func signedIn(_ caller: Caller) async throws(Problem) -> AccountState {
        guard let id = caller.account else {
            throw Problem(.authenticationRequired, "no account is signed in")
        }
        guard let account = try await account(id), account.suspended == nil else {
            throw .sessionOver
        }
        return account
    }

    /// Refuses an operator who acts for somebody else: what proves who a person is stays theirs.
    ///
    /// - Throws: `rule.denied`.
    package func refuseImpersonation(_ caller: Caller) throws(Problem) {
        guard caller.session.impersonator == nil else {
            throw Problem(.ruleDenied, "nobody may do this for somebody else")
        }
    }

    /// Compares a password, and counts a failure.
    ///
    /// - Throws: `auth.invalid-credentials`, `auth.throttled`.
    func prove(
        _ password: String,
        hash: String,
        of account: AccountState,
        device: Device
    ) async throws(Problem) {
        let isKnown = try await isKnown(device, to: account.id)
        let attempt = try await beginAttempt(on: account.id, from: device, isKnown: isKnown)
        let isPlausible = PasswordPolicy.isPlausible(password)
        let prepared = isPlausible ? PasswordPolicy.prepared(password) : ""
        guard try await hasher.verify(prepared, against: hash) else {
            let entry = AuditEntry(.signInFailed, account: account.id, device: device)
            try await fail(attempt, entry: entry)
            throw Problem(.invalidCredentials, "the password is another one")
        }
        try await succeed(attempt)
    }
}

/// The transaction of a new password.
private struct PasswordChange: Sendable {
    let service: IdentityService
    let account: AccountState
    let hash: String
    /// The session that stays.
    let kept: String?
    let device: Device

    /// The sessions that it ended; nil if the account has another password than before.
    func perform(
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> [String]? {
        let state = try service.credentials.state(of: account.id, in: transaction)
        guard let state, state.password == account.password else { return nil }
        try service.credentials.setPassword(hash, of: account.id, now: now, in: transaction)
        try service.tickets.removeProofs(of: account.id, in: transaction)
        let entry = AuditEntry(.passwordChanged, account: account.id, device: device)
        try service.audit.record(entry, now: now, in: transaction)
        try service.tellOfPassword(state, device: device, now: now, in: transaction)
        return try service.sessions.endAll(
            of: account.id,
            but: kept,
            now: now,
            in: transaction
        )
    }
}

extension Problem {
    static let sessionOver = Problem(
        .invalidToken,
        "the session has ended",
        hint: "sign in again"
    )
}
