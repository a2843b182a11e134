package import Engine
import Storage

extension IdentityService {
    /// Begins a session by a password.
    ///
    /// An unknown address, a wrong password and one too long to be any are refused with the same
    /// words, after the same work: one hash.
    ///
    /// - Throws: `auth.invalid-credentials`, `auth.throttled`, `server.overloaded` if too many
    ///   passwords wait; what `openSession` throws, but only to who has the right password.
    package func signIn(
        email: String,
        password: String,
        device: Device = .unknown,
        isBrowser: Bool = false
    ) async throws(Problem) -> TokenPair {
        // Once more if the hash is replaced between being read and the session.
        for _ in 0..<2 {
            let proof = try await provePassword(email: email, password: password, device: device)
            let opening = SessionOpening(
                account: proof.account,
                methods: [.password],
                device: device,
                isBrowser: isBrowser,
                passwordHash: proof.hash,
                renewedHash: proof.renewedHash,
                attempt: proof.attempt
            )
            if let tokens = try await open(opening) { return tokens }
        }
        throw .invalidCredentials
    }

    /// A password that was found to be right.
    private struct PasswordProof {
        let account: String
        let hash: String
        let renewedHash: String?
        let attempt: ThrottledAttempt
    }

    private func provePassword(
        email: String,
        password: String,
        device: Device
    ) async throws(Problem) -> PasswordProof {
        let isPlausible =
            email.utf8.count <= EmailAddress.maximumLength && PasswordPolicy.isPlausible(password)
        let account =
            isPlausible
            ? try await look { directory throws(StoreError) in try directory.account(email: email) }
            : nil
        let attempt = try await beginAttempt(
            on: String(email.prefix(EmailAddress.maximumLength)),
            from: device,
            isKnown: try await isKnown(device, to: account?.id)
        )
        let prepared = isPlausible ? PasswordPolicy.prepared(password) : ""
        let matches = try await hasher.verify(
            prepared,
            against: account?.password ?? hashOfNothing
        )
        guard matches, let account, let hash = account.password else {
            let entry = AuditEntry(.signInFailed, account: account?.id, device: device)
            try await fail(attempt, entry: entry)
            throw .invalidCredentials
        }
        let renewed = hasher.needsRehash(hash) ? try await hasher.hash(prepared) : nil
        return PasswordProof(
            account: account.id,
            hash: hash,
            renewedHash: renewed,
            attempt: attempt
        )
    }

    /// Whether an account was used on a device before; asked of no account in the same way.
    package func isKnown(_ device: Device, to account: String?) async throws(Problem) -> Bool {
        let devices = devices
        let familiarity = try await look { directory throws(StoreError) in
            try directory.familiarity(of: device, with: account ?? "", in: devices)
        }
        return account != nil && familiarity == .known
    }
}

extension Problem {
    static let invalidCredentials = Problem(
        .invalidCredentials,
        "no account has this address and this password"
    )
}
