package import Engine
import JSON
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

    /// Puts a new key in the place of the one that signs; the audit log tells.
    ///
    /// If it is immediate, because a key was lost, the tokens of all earlier keys are void at once.
    package func rotateKeys(isImmediate: Bool, actor: String = "operator") async throws(Problem) {
        do throws(IdentityError) {
            try keys.rotate(now: engine.clock.now() / 1_000_000, isImmediate: isImmediate)
        } catch {
            var problem = Problem(.internalError, error.description)
            problem.cause = error.description
            throw problem
        }
        let details: JSONValue = ["key": "signing", "immediate": .bool(isImmediate)]
        try await record(AuditEntry(.keysRotated, account: nil, actor: actor, details: details))
    }

    /// Has the audit log tell that an operator rotated a key that is not one of accounts: `data`, `index`
    /// or `master`.
    package func noteRotation(of key: String) async throws(Problem) {
        let details: JSONValue = ["key": .string(key)]
        let entry = AuditEntry(.keysRotated, account: nil, actor: "operator", details: details)
        try await record(entry)
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
