package import Engine

extension IdentityService {
    /// Refuses a caller who has not proved who they are for a while, before something sensitive.
    ///
    /// Throws `auth.reauthentication-required`.
    package func requireRecentAuthentication(_ caller: Caller) throws(Problem) {
        let age = engine.clock.now() - caller.session.authenticated
        guard age <= configuration.authenticationAge * 1_000_000 else {
            throw Problem(
                .reauthenticationRequired,
                "this needs somebody who has just proved who they are",
                hint: "POST to auth/reauthenticate, and repeat the request with the new token"
            )
        }
    }
}
