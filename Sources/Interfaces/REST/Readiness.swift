import Synchronization

/// Whether this process should be sent requests.
///
/// Draining makes it unready before it stops.
package final class Readiness: Sendable {
    private let state = Atomic<Bool>(true)

    package init() {}

    package var isReady: Bool { state.load(ordering: .relaxed) }

    package func startDraining() {
        state.store(false, ordering: .relaxed)
    }
}
