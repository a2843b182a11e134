package import Engine
import Storage

extension IdentityService {
    /// Starts a session.
    ///
    /// An unknown address, a wrong password and one too long to be any are refused with the same
    /// words, after the same work: one hash.
    ///
    /// - Throws: `auth.invalid-credentials`, or `server.overloaded` if too many passwords wait.
    package func signIn(email: String, password: String) async throws(Problem) -> TokenPair {
        // Once more if the hash is replaced between being read and the session.
        for _ in 0..<2 {
            let stored = try await matchingCredentials(email: email, password: password)
            guard let stored else { break }
            if let tokens = try await openSession(stored, password: password) { return tokens }
        }
        throw Problem(.invalidCredentials, "no account has this address and this password")
    }

    private func matchingCredentials(
        email: String,
        password: String
    ) async throws(Problem) -> AccountDirectory.Credentials? {
        let isPlausible = email.utf8.count <= 254 && PasswordPolicy.isPlausible(password)
        let stored =
            isPlausible
            ? try await look { directory throws(StoreError) in
                try directory.credentials(email: email)
            } : nil
        let matches = try await hasher.verify(
            isPlausible ? PasswordPolicy.prepared(password) : "",
            against: stored?.password ?? hashOfNothing
        )
        return matches ? stored : nil
    }

    /// Nil if the account has another hash by now.
    private func openSession(
        _ stored: AccountDirectory.Credentials,
        password: String
    ) async throws(Problem) -> TokenPair? {
        let renewed =
            hasher.needsRehash(stored.password)
            ? try await hasher.hash(PasswordPolicy.prepared(password)) : nil
        let now = engine.clock.now()
        let token = RefreshToken()
        let addition = SessionLedger.Addition(id: newID(at: now), digest: token.digest)
        let (sessions, credentials) = (sessions, credentials)
        let session = try await transaction { transaction throws(StoreError) in
            let session = try sessions.open(
                account: stored.account,
                password: stored.password,
                addition,
                now: now,
                in: transaction
            )
            if session != nil, let renewed {
                try credentials.renewHash(
                    stored.password,
                    to: renewed,
                    of: stored.account,
                    now: now,
                    in: transaction
                )
            }
            return session
        }
        return try session.map { session throws(Problem) in
            try tokens(for: session, token, now: now)
        }
    }

    /// Trades a refresh token for its successor and a new access token, with the account's role of
    /// now.
    ///
    /// - Throws: `auth.invalid-refresh-token`.
    package func refresh(_ text: String) async throws(Problem) -> TokenPair {
        if let presented = RefreshToken(text) {
            let now = engine.clock.now()
            let token = RefreshToken()
            let addition = SessionLedger.Addition(id: newID(at: now), digest: token.digest)
            let sessions = sessions
            let session = try await transaction { transaction throws(StoreError) in
                try sessions.rotate(presented.digest, addition, now: now, in: transaction)
            }
            if let session { return try tokens(for: session, token, now: now) }
        }
        throw Problem(
            .invalidRefreshToken,
            "the refresh token is unknown, has expired or was used before",
            hint: "sign in again"
        )
    }

    /// Ends the session that a refresh token belongs to.
    ///
    /// Says nothing of whether there was one. Access tokens stand until they expire.
    package func signOut(_ text: String) async throws(Problem) {
        guard let token = RefreshToken(text) else { return }
        let sessions = sessions
        try await transaction { transaction throws(StoreError) in
            try sessions.revokeFamily(of: token.digest, in: transaction)
        }
    }

    /// Removes expired refresh tokens, at most 500; how many.
    ///
    /// To be called every few minutes, and again at once when it answers 500.
    package func sweep() async throws(Problem) -> Int {
        let (sessions, now) = (sessions, engine.clock.now())
        return try await transaction { transaction throws(StoreError) in
            try sessions.sweep(now: now, in: transaction)
        }
    }

    private func tokens(
        for session: SessionLedger.Session,
        _ refreshToken: RefreshToken,
        now: Int64
    ) throws(Problem) -> TokenPair {
        TokenPair(
            account: session.account,
            accessToken: try issuer.token(
                account: session.account,
                role: session.role,
                session: session.family,
                now: now
            ),
            refreshToken: refreshToken.text,
            expiresIn: configuration.accessLifetime,
            refreshExpiresIn: configuration.refreshLifetime
        )
    }
}
