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
        let id = newID(at: now)
        let session = Session(
            id: id,
            account: stored.account,
            created: now,
            seen: now,
            authenticated: now,
            expires: now + sessions.absoluteLifetime,
            methods: [.password],
            hasSecondFactor: false,
            isBrowser: false,
            agent: nil,
            address: nil,
            tenant: nil,
            impersonator: nil
        )
        let (sessions, credentials, tokenID) = (sessions, credentials, newID(at: now))
        let role: String?? = try await transaction { transaction throws(StoreError) in
            let state = try credentials.state(of: stored.account, in: transaction)
            guard let state, state.password == stored.password else { return .none }
            _ = try sessions.open(session, token, id: tokenID, now: now, in: transaction)
            if let renewed {
                try credentials.renewHash(
                    stored.password,
                    to: renewed,
                    of: stored.account,
                    now: now,
                    in: transaction
                )
            }
            return .some(state.role)
        }
        return try role.map { role throws(Problem) in
            try tokens(for: session, role: role, token, now: now)
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
            let (sessions, credentials, id) = (sessions, credentials, newID(at: now))
            let (rotation, role) = try await transaction { transaction throws(StoreError) in
                let rotation = try sessions.rotate(
                    presented,
                    to: token,
                    id: id,
                    now: now,
                    in: transaction
                )
                guard case .rotated(let session, _, _) = rotation else {
                    return (rotation, String?.none)
                }
                let role = try credentials.state(of: session.account, in: transaction)?.role
                return (rotation, role)
            }
            if case .rotated(let session, let next, _) = rotation {
                return try tokens(for: session, role: role, next, now: now)
            }
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
        let (sessions, now) = (sessions, engine.clock.now())
        try await transaction { transaction throws(StoreError) in
            guard let session = try sessions.session(of: token, in: transaction) else { return }
            try sessions.end(session.id, now: now, in: transaction)
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
        for session: Session,
        role: String?,
        _ refreshToken: RefreshToken,
        now: Int64
    ) throws(Problem) -> TokenPair {
        TokenPair(
            account: session.account,
            session: session.id,
            accessToken: try issuer.token(
                account: session.account,
                role: role,
                session: session.id,
                now: now
            ),
            refreshToken: refreshToken.text,
            expiresIn: configuration.accessLifetime,
            refreshExpiresIn: configuration.refreshLifetime
        )
    }
}
