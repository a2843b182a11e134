package import Engine
import Storage

/// An attempt that may fail, and that counts if it does.
package struct ThrottledAttempt: Sendable {
    let keys: [Throttle.Key]
}

extension IdentityService {
    /// Begins an attempt to prove something of an account, such as a password or a code.
    ///
    /// `account` is what the attempt names it by: the address for what anybody may try, the id for
    /// what needs a session or a challenge.
    ///
    /// - Throws: `auth.throttled`, if there were too many failures.
    package func beginAttempt(
        on account: String,
        from device: Device,
        isKnown: Bool
    ) async throws(Problem) -> ThrottledAttempt {
        let attempt: ThrottledAttempt
        do throws(CipherError) {
            attempt = ThrottledAttempt(
                keys: try throttle.keys(account, from: device, isKnown: isKnown)
            )
        } catch {
            throw Problem(cipher: error)
        }
        try await checkWait(of: attempt)
        return attempt
    }

    /// Counts something that anybody may ask for, such as a mail to an address.
    ///
    /// - Throws: `auth.throttled`, if it was asked for too often.
    package func limit(
        _ kind: String,
        _ value: String,
        policy: Throttle.Policy
    ) async throws(Problem) {
        let attempt: ThrottledAttempt
        do throws(CipherError) {
            attempt = ThrottledAttempt(
                keys: [try throttle.key(kind, EmailAddress.key(value), policy)]
            )
        } catch {
            throw Problem(cipher: error)
        }
        try await checkWait(of: attempt)
        try await fail(attempt)
    }

    func checkWait(of attempt: ThrottledAttempt) async throws(Problem) {
        let (throttle, now) = (throttle, engine.clock.now())
        let wait = try await look { directory throws(StoreError) in
            try directory.wait(throttle, attempt.keys, now: now)
        }
        guard wait <= 0 else { throw .throttled(microseconds: wait) }
    }

    /// Counts a failure.
    ///
    /// - Throws: `auth.throttled`, if others failed meanwhile so often that this attempt has to be
    ///   told nothing of its failure.
    package func fail(
        _ attempt: ThrottledAttempt,
        entry: AuditEntry? = nil
    ) async throws(Problem) {
        let (throttle, audit, now) = (throttle, audit, engine.clock.now())
        let wait = try await transaction { transaction throws(StoreError) in
            let wait = try throttle.wait(attempt.keys, now: now, in: transaction)
            guard wait <= 0 else { return wait }
            try throttle.fail(attempt.keys, now: now, in: transaction)
            if let entry { try audit.record(entry, now: now, in: transaction) }
            return 0
        }
        guard wait <= 0 else { throw .throttled(microseconds: wait) }
    }

    /// Ends an attempt that succeeded, unless others failed meanwhile so often that it must not be
    /// told: guesses that are made at once are no better than those made one after the other.
    ///
    /// - Throws: `auth.throttled`.
    package func succeed(_ attempt: ThrottledAttempt) async throws(Problem) {
        let (throttle, now) = (throttle, engine.clock.now())
        let wait = try await transaction { transaction throws(StoreError) in
            let wait = try throttle.wait(attempt.keys, now: now, in: transaction)
            if wait <= 0 { try throttle.succeed(attempt.keys, in: transaction) }
            return wait
        }
        guard wait <= 0 else { throw .throttled(microseconds: wait) }
    }
}

extension Throttle {
    func wait(
        _ keys: [Key],
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Int64 {
        try wait(keys, now: now) { statement, parameters throws(StoreError) in
            try transaction.rows(statement, parameters)
        }
    }
}

extension Problem {
    /// Too many attempts; the time to wait is told in whole seconds.
    static func throttled(microseconds: Int64) -> Problem {
        let seconds = (microseconds + 999_999) / 1_000_000
        return Problem(
            .throttled,
            "there were too many attempts",
            hint: "try again in \(seconds == 1 ? "a second" : "\(seconds) seconds")",
            retryAfter: seconds
        )
    }
}
