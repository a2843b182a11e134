import Synchronization

/// Whether what is done beside a write refused it: a store's error alone does not tell.
final class CompanionVerdict: Sendable {
    private let refused = Atomic(false)

    var isRefused: Bool { refused.load(ordering: .acquiring) }

    func refuse() {
        refused.store(true, ordering: .releasing)
    }
}
