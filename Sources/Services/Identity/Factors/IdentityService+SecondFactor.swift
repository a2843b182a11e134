import Authenticators
package import Engine
package import JSON
import Storage

/// What somebody presents as their second factor.
package enum SecondFactorProof: Sendable {
    /// The code of an authenticator app.
    case code(String)
    case recoveryCode(String)
    /// What `navigator.credentials.get()` gave.
    case credential(JSONValue)
}

extension IdentityService {
    /// Ends a sign-in that waits for its second factor.
    ///
    /// Five wrong answers end the challenge. Wrong ones count against the account, too: whoever has
    /// the password and asks for challenge after challenge guesses ever more slowly.
    ///
    /// - Throws: `auth.invalid-code`, `auth.invalid-passkey`, `auth.throttled`; what `openSession`
    ///   throws.
    package func completeSignIn(
        challenge token: String,
        proof: SecondFactorProof,
        device: Device
    ) async throws(Problem) -> TokenPair {
        let challenge = try await challenge(token)
        let attempt = try await beginFactorAttempt(on: challenge.account, proof, from: device)
        let method: AuthenticationMethod
        do throws(Problem) {
            method = try await prove(
                proof,
                of: challenge.account,
                purpose: .passkeySecondFactor,
                binding: challenge.ticket.id,
                device: device
            )
        } catch {
            if error.isWrongProof { try await countFailure(of: challenge) }
            try await fail(attempt, on: challenge.account, proof, after: error, device: device)
            throw error
        }
        try await succeed(attempt)
        return try await complete(challenge, with: method, device: device)
    }

    /// Proves who somebody is who is signed in, by one of their factors; how they did.
    ///
    /// - Throws: `auth.invalid-code`, `auth.invalid-passkey`, `auth.throttled`.
    package func proveAgain(
        _ proof: SecondFactorProof,
        of caller: Caller,
        device: Device
    ) async throws(Problem) -> AuthenticationMethod {
        let account = try await ownAccount(of: caller).id
        let attempt = try await beginFactorAttempt(on: account, proof, from: device)
        let method: AuthenticationMethod
        do throws(Problem) {
            method = try await prove(
                proof,
                of: account,
                purpose: .passkeyReauthentication,
                binding: caller.session.id,
                device: device
            )
        } catch {
            try await fail(attempt, on: account, proof, after: error, device: device)
            throw error
        }
        try await succeed(attempt)
        return method
    }

    // MARK: - Proving

    /// Uses a proof up.
    private func prove(
        _ proof: SecondFactorProof,
        of account: String,
        purpose: TicketPurpose,
        binding: String?,
        device: Device
    ) async throws(Problem) -> AuthenticationMethod {
        switch proof {
        case .code(let code):
            guard try await use(code: code, of: account) else { throw .wrongCode }
            return .oneTimeCode
        case .recoveryCode(let text):
            guard let code = RecoveryCode(text),
                try await use(code, of: account, device: device)
            else { throw .wrongCode }
            return .recoveryCode
        case .credential(let json):
            let response = try passkeyProblem { () throws(WebAuthnError) in
                try AssertionResponse(json)
            }
            _ = try await verify(
                response,
                purpose,
                account: account,
                binding: binding,
                requiresVerification: false,
                device: device
            )
            return .passkey
        }
    }

    /// Uses up the time step of a code of one of an account's authenticator apps.
    private func use(code: String, of account: String) async throws(Problem) -> Bool {
        let now = engine.clock.now()
        for factor in try await factors(of: account) where factor.kind == .oneTimeCode {
            guard
                let step = try totp(of: factor)?.matchingStep(
                    of: code,
                    at: now / 1_000_000,
                    after: factor.lastStep
                )
            else { continue }
            // Of two that present the same code at once, one changes the row.
            return try await transaction { transaction throws(StoreError) in
                try FactorLedger().use(step: step, of: factor, now: now, in: transaction)
            }
        }
        return false
    }

    private func use(
        _ code: RecoveryCode,
        of account: String,
        device: Device
    ) async throws(Problem) -> Bool {
        guard let state = try await self.account(account) else { return false }
        let (now, digest) = (engine.clock.now(), code.digest(account: account))
        return try await transaction { transaction throws(StoreError) in
            let ledger = FactorLedger()
            let isUsed = try ledger.use(
                recoveryCode: digest,
                of: account,
                now: now,
                in: transaction
            )
            guard isUsed else { return false }
            let left = try ledger.recoveryCodes(of: account, rows: transaction.rows)
            try self.note(
                .recoveryCodeUsed,
                of: state,
                details: ["left": .integer(Int64(left))],
                device: device,
                now: now,
                in: transaction
            )
            return true
        }
    }

    // MARK: - Guessing

    /// Codes of six digits: few failures are free, and the wait grows to an hour.
    private static let codePolicy = Throttle.Policy(free: 10, longest: 3600)

    /// Begins an attempt; only codes of apps are short enough to be guessed.
    private func beginFactorAttempt(
        on account: String,
        _ proof: SecondFactorProof,
        from device: Device
    ) async throws(Problem) -> ThrottledAttempt {
        let isKnown = try await isKnown(device, to: account)
        var attempt = try await beginAttempt(on: account, from: device, isKnown: isKnown)
        guard case .code = proof, !isKnown else { return attempt }
        do throws(CipherError) {
            attempt = ThrottledAttempt(
                keys: attempt.keys + [try throttle.key("second-factor", account, Self.codePolicy)]
            )
        } catch {
            throw Problem(cipher: error)
        }
        try await checkWait(of: attempt)
        return attempt
    }

    /// Counts a failure that was the proof's, and not the server's.
    private func fail(
        _ attempt: ThrottledAttempt,
        on account: String,
        _ proof: SecondFactorProof,
        after problem: Problem,
        device: Device
    ) async throws(Problem) {
        guard problem.isWrongProof else { return }
        let entry = AuditEntry(
            .secondFactorFailed,
            account: account,
            device: device,
            details: ["factor": .string(proof.kind.rawValue)]
        )
        try await fail(attempt, entry: entry)
    }
}

extension SecondFactorProof {
    fileprivate var kind: SecondFactorKind {
        switch self {
        case .code: .oneTimeCode
        case .recoveryCode: .recoveryCode
        case .credential: .passkey
        }
    }
}

extension Problem {
    /// Whether what was presented was wrong, rather than the server at fault.
    fileprivate var isWrongProof: Bool { code == .invalidCode || code == .invalidPasskey }

    /// The same words for a code that is wrong and one that was used.
    fileprivate static var wrongCode: Problem {
        Problem(
            .invalidCode,
            "the code is wrong or was used before",
            hint: "wait for the app's next code, or use a recovery code"
        )
    }
}
