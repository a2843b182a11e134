import Synchronization

/// The access tokens that are void before they expire, as far as this process knows.
///
/// Verifiers ask it without the database: what this process ends is here at once, what another one
/// ends once `IdentityService.readRevocations` has run.
package final class RevocationList: Sendable {
    /// Since when, by subject: microseconds since 1970.
    private let moments = Mutex<[String: Int64]>([:])
    private let changes = Atomic<Int>(0)

    /// Another number whenever something was added.
    var version: Int { changes.load(ordering: .acquiring) }

    func add(_ subject: RevokedSubject, at moment: Int64) {
        add([(subject.text, moment)])
    }

    func add(_ rows: [(subject: String, at: Int64)]) {
        guard !rows.isEmpty else { return }
        moments.withLock { moments in
            for row in rows { moments[row.subject] = max(row.at, moments[row.subject] ?? 0) }
        }
        changes.add(1, ordering: .acquiringAndReleasing)
    }

    /// Whether a token is void: all tokens of an ended session are, and those of an account that
    /// were issued before it was revoked, `issuedAt` in seconds since 1970.
    func isRevoked(session: String?, account: String, issuedAt: Int64) -> Bool {
        moments.withLock { moments in
            if let session, moments[RevokedSubject.session(session).text] != nil { return true }
            guard let moment = moments[RevokedSubject.account(account).text] else { return false }
            return issuedAt * 1_000_000 < moment
        }
    }

    /// Forgets what no token is as old as.
    func forget(before moment: Int64) {
        moments.withLock { moments in moments = moments.filter { $0.value > moment } }
    }
}
