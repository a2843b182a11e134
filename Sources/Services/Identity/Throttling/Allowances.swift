import Engine
import Synchronization

/// How often somebody may ask for what costs the server something: as many at once as `burst`, and then
/// one each `interval`.
///
/// It is for what proves nothing, and so never fails, counted by network; and for what a session can
/// ask for without end.
///
/// Kept in memory, by each process for itself: what is refused has to cost less than what is asked for,
/// so it writes nothing. Failures to prove something are `Throttle`'s.
package final class Allowances: Sendable {
    package struct Policy: Sendable, Hashable {
        package let burst: Int64
        /// Microseconds.
        package let interval: Int64

        package init(burst: Int64, perSecond: Int64) {
            self.burst = burst
            interval = 1_000_000 / perSecond
        }

        /// Ceremonies of passkeys and ways to a provider: a row that stands for minutes.
        static let ceremony = Policy(burst: 120, perSecond: 2)
        /// Accounts, which are a hash, and rows that stay: a school or an office is one network.
        static let signUp = Policy(burst: 300, perSecond: 1)
        /// Refreshes of one session, each a row that stays as long as the session might.
        static let refresh = Policy(burst: 60, perSecond: 1)
    }

    /// Who asks for what.
    private struct Key: Hashable {
        let kind: String
        let subject: String
    }

    /// When an allowance is whole again, in microseconds since 1970: all that has to be known of it (the
    /// generic cell rate algorithm).
    private let whole = Mutex<[Key: Int64]>([:])
    private let capacity: Int

    /// `capacity` is how many are remembered; beyond it, those that are whole soonest are forgotten.
    package init(capacity: Int = 20_000) {
        self.capacity = capacity
    }

    /// How many are remembered.
    var count: Int { whole.withLock(\.count) }

    /// Takes one; microseconds to wait where there is none left, else 0.
    package func take(
        _ kind: String,
        of subject: String,
        _ policy: Policy,
        now: Int64
    ) -> Int64 {
        whole.withLock { whole in
            let key = Key(kind: kind, subject: subject)
            let next = max(whole[key] ?? now, now) + policy.interval
            let wait = next - now - policy.burst * policy.interval
            guard wait <= 0 else { return wait }
            if whole.count >= capacity, whole[key] == nil { Self.forget(&whole, now: now) }
            whole[key] = next
            return 0
        }
    }

    private static func forget(_ whole: inout [Key: Int64], now: Int64) {
        let full = whole.count
        whole = whole.filter { $0.value > now }
        guard whole.count > full / 2 else { return }
        let middle = whole.values.sorted()[whole.count / 2]
        whole = whole.filter { $0.value > middle }
    }
}

extension IdentityService {
    /// Counts something that anybody may ask for, whatever comes of it.
    ///
    /// - Throws: `auth.throttled`, if the network asked for too much of it.
    func allow(
        _ kind: String,
        _ device: Device,
        _ policy: Allowances.Policy
    ) throws(Problem) {
        try allow(kind, device.network ?? "unknown", policy)
    }

    /// Counts something that a subject, such as a session, may ask for.
    ///
    /// - Throws: `auth.throttled`.
    func allow(
        _ kind: String,
        _ subject: String,
        _ policy: Allowances.Policy
    ) throws(Problem) {
        let wait = allowances.take(kind, of: subject, policy, now: engine.clock.now())
        guard wait <= 0 else { throw .throttled(microseconds: wait) }
    }
}
