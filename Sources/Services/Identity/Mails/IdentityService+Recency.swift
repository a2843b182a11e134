package import Engine

extension IdentityService {
    /// Refuses somebody who has not proved who they are for a while.
    ///
    /// - Throws: `auth.reauthentication-required`.
    package func requireRecentAuthentication(_ caller: Caller) throws(Problem) {
        let age = engine.clock.now() - caller.session.authenticated
        guard age > configuration.authenticationAge * 1_000_000 else { return }
        throw Problem(
            .reauthenticationRequired,
            "this needs a proof of who you are from the last minutes",
            hint: "POST to auth/reauthenticate, or sign in again"
        )
    }
}
