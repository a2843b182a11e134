import Synchronization

/// A count with an upper bound that many threads share.
final class ManagedCount: Sendable {
    private let count = Atomic<Int>(0)

    /// Whether there was room for one more.
    func increment(to bound: Int) -> Bool {
        let new = count.add(1, ordering: .relaxed).newValue
        if new <= bound { return true }
        decrement()
        return false
    }

    func decrement() {
        count.subtract(1, ordering: .relaxed)
    }
}
