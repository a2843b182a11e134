package import Engine
import Storage

extension IdentityService {
    /// Removes what has expired or is no longer kept, a bounded number of each; how many at most of
    /// one kind.
    ///
    /// To be called every few minutes, and again at once when it answers 500.
    package func sweep() async throws(Problem) -> Int {
        let now = engine.clock.now()
        let (sessions, tickets, throttle, audit) = (sessions, tickets, throttle, audit)
        let revoked = now - (configuration.accessLifetime + configuration.clockSkew) * 1_000_000
        let audited = now - configuration.auditLifetime * 1_000_000
        revocations.forget(before: revoked)
        try forgetKeys(now: now)
        return try await transaction { transaction throws(StoreError) in
            _ = try RevocationStatements().sweep(before: revoked, in: transaction)
            return max(
                try sessions.sweep(now: now, in: transaction),
                try tickets.sweep(now: now, in: transaction),
                try throttle.sweep(now: now, in: transaction),
                try audit.sweep(before: audited, in: transaction)
            )
        }
    }

    private func forgetKeys(now: Int64) throws(Problem) {
        let moment = now / 1_000_000 - 2 * configuration.accessLifetime
        do throws(IdentityError) {
            try keys.forget(retiredBefore: moment)
        } catch {
            var problem = Problem(.internalError)
            problem.cause = error.description
            throw problem
        }
    }
}
