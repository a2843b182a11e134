package import Engine
import JSON
import ModelLanguage
import Storage

/// What somebody who is signed in presents to prove again who they are.
package enum ReauthenticationProof: Sendable {
    case password(String)
    case factor(SecondFactorProof)
}

extension IdentityService {
    /// Notes in a session that its owner has proved again who they are; a new access token says so.
    ///
    /// Whoever has a second factor proves it: with the password alone, somebody who found an open
    /// session and knows the password could take the second factor away.
    ///
    /// - Throws: `auth.required`, `auth.invalid-credentials`, `auth.invalid-code`,
    ///   `auth.invalid-passkey`, `auth.throttled`; `auth.second-factor-required` for a password
    ///   where it does not do.
    package func reauthenticate(
        _ caller: Caller,
        _ proof: ReauthenticationProof,
        device: Device
    ) async throws(Problem) -> AccessGrant {
        let account = try await ownAccount(of: caller)
        guard let id = caller.session.id, caller.session.impersonator == nil else {
            throw Problem(.authenticationRequired, "this needs a session of the account's own")
        }
        let method: AuthenticationMethod
        switch proof {
        case .password(let password):
            try await provePassword(password, of: account, device: device)
            method = .password
        case .factor(let factor):
            method = try await proveAgain(factor, of: caller, device: device)
        }
        let (sessions, audit, now) = (sessions, audit, engine.clock.now())
        let renewed = try await transaction {
            transaction throws(StoreError) -> (session: Session, revoked: Int64?)? in
            guard var session = try sessions.session(id, in: transaction),
                session.account == account.id
            else { return nil }
            session.authenticated = now
            if !session.methods.contains(method) { session.methods.append(method) }
            session.hasSecondFactor = session.hasSecondFactor || method.isSecondFactor
            try sessions.reauthenticate(session, in: transaction)
            let entry = AuditEntry(
                .reauthenticated,
                account: account.id,
                device: device,
                details: ["session": .string(id), "method": .string(method.rawValue)]
            )
            try audit.record(entry, now: now, in: transaction)
            let revoked = try RevocationStatements().moment(
                of: .account(account.id),
                in: transaction
            )
            return (session, revoked)
        }
        guard let renewed else { throw Problem(.invalidToken, "the session is over") }
        return try grant(
            for: renewed.session,
            of: try await withRoles(account, in: renewed.session),
            revoked: renewed.revoked,
            now: now
        )
    }

    private func provePassword(
        _ password: String,
        of account: AccountState,
        device: Device
    ) async throws(Problem) {
        if policy.secondFactor != .off {
            let factors = try await look { directory throws(StoreError) in
                try directory.secondFactors(of: account.id)
            }
            guard factors.isEmpty else {
                throw Problem(
                    .secondFactorRequired,
                    "the account has a second factor, so the password alone does not do",
                    hint: "send a code, a recovery_code or a passkey's credential",
                    members: [.init("factors", .array(factors.map { .string($0.rawValue) }))]
                )
            }
        }
        let attempt = try await beginAttempt(
            on: account.id,
            from: device,
            isKnown: try await isKnown(device, to: account.id)
        )
        let isPlausible = PasswordPolicy.isPlausible(password)
        let matches = try await hasher.verify(
            isPlausible ? PasswordPolicy.prepared(password) : "",
            against: account.password ?? hashOfNothing
        )
        guard matches, account.password != nil else {
            try await fail(
                attempt,
                entry: AuditEntry(.signInFailed, account: account.id, device: device)
            )
            throw Problem(.invalidCredentials, "the password is wrong")
        }
        try await succeed(attempt)
    }
}
