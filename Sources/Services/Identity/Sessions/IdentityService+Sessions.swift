package import Engine
import JSON
import Storage
import Synchronization

extension IdentityService {
    /// An account's sessions, the one that was used last first.
    package func sessions(of account: String) async throws(Problem) -> [Session] {
        let now = engine.clock.now()
        return try await look { directory throws(StoreError) in
            try directory.sessions(of: account, now: now)
        }
    }

    /// Ends one of an account's sessions, and its access tokens.
    ///
    /// - Throws: `record.not-found`, if the account has no such session.
    package func endSession(
        _ id: String,
        of account: String,
        actor: String? = nil,
        device: Device = .unknown
    ) async throws(Problem) {
        let now = engine.clock.now()
        let (sessions, audit) = (sessions, audit)
        let isThere = try await transaction { transaction throws(StoreError) in
            guard try sessions.session(id, in: transaction)?.account == account else {
                return false
            }
            try sessions.end(id, now: now, in: transaction)
            let entry = AuditEntry(
                .sessionEnded,
                account: account,
                actor: actor,
                device: device,
                details: ["session": .string(id), "reason": "revoked"]
            )
            try audit.record(entry, now: now, in: transaction)
            return true
        }
        guard isThere else { throw Problem(.recordNotFound, "there is no such session") }
        revocations.add(.session(id), at: now)
    }

    /// Ends all sessions of an account but one, their access tokens, and what was asked for in them;
    /// how many.
    @discardableResult
    package func endSessions(
        of account: String,
        but kept: String? = nil,
        actor: String? = nil,
        device: Device = .unknown
    ) async throws(Problem) -> Int {
        let now = engine.clock.now()
        let (sessions, tickets, audit) = (sessions, tickets, audit)
        let ended = try await transaction { transaction throws(StoreError) in
            try tickets.removeProofs(of: account, in: transaction)
            let ended = try sessions.endAll(of: account, but: kept, now: now, in: transaction)
            for session in ended {
                let entry = AuditEntry(
                    .sessionEnded,
                    account: account,
                    actor: actor,
                    device: device,
                    details: ["session": .string(session), "reason": "revoked"]
                )
                try audit.record(entry, now: now, in: transaction)
            }
            return ended
        }
        for session in ended { revocations.add(.session(session), at: now) }
        return ended.count
    }

    /// Learns which sessions other processes have ended.
    ///
    /// To be called every few seconds: that is how long their access tokens may stand here.
    package func readRevocations() async throws(Problem) {
        while true {
            let last = lastRevocation.withLock { $0 }
            let found = try await look { directory throws(StoreError) in
                try directory.revocations(after: last)
            }
            guard found.last > last else { return }
            revocations.add(found.rows)
            lastRevocation.withLock { $0 = max($0, found.last) }
        }
    }
}
