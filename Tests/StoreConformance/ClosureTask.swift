package import Storage
import Synchronization

extension Store {
    /// Performs a task and waits until it is over.
    package func write(
        _ body: @escaping @Sendable (any WriteTransaction) throws(StoreError) -> WriteDecision
    ) async -> Result<WriteDecision, StoreError> {
        await withCheckedContinuation { continuation in
            submit(ClosureTask(inbox: ResumingInbox(continuation), body))
        }
    }
}

/// A task made of a closure.
package final class ClosureTask: WriteTask {
    package let inbox: any WriteInbox
    private let body: @Sendable (any WriteTransaction) throws(StoreError) -> WriteDecision

    package init(
        inbox: any WriteInbox,
        _ body: @escaping @Sendable (any WriteTransaction) throws(StoreError) -> WriteDecision
    ) {
        self.inbox = inbox
        self.body = body
    }

    package func perform(in transaction: any WriteTransaction) throws(StoreError) -> WriteDecision {
        try body(transaction)
    }
}

/// An inbox for one task, which resumes whoever waits for it.
private final class ResumingInbox: WriteInbox {
    private let continuation: CheckedContinuation<Result<WriteDecision, StoreError>, Never>

    init(_ continuation: CheckedContinuation<Result<WriteDecision, StoreError>, Never>) {
        self.continuation = continuation
    }

    func receive(_ finished: [FinishedWrite]) {
        for write in finished { continuation.resume(returning: write.result) }
    }
}

/// An inbox that keeps what it is handed, for tasks that are submitted together.
package final class CollectingInbox: WriteInbox {
    fileprivate struct State {
        var deliveries: [[FinishedWrite]] = []
        var waiting: (count: Int, continuation: CheckedContinuation<Void, Never>)?
    }

    private let state = Mutex(State())

    package func receive(_ finished: [FinishedWrite]) {
        let ready = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.deliveries.append(finished)
            guard let waiting = state.waiting, state.total >= waiting.count else { return nil }
            state.waiting = nil
            return waiting.continuation
        }
        ready?.resume()
    }

    package init() {}

    /// How the tasks ended that are over by now.
    package var results: [Result<WriteDecision, StoreError>] {
        state.withLock { $0.deliveries.flatMap { $0.map(\.result) } }
    }

    /// Waits for so many tasks; answers them as they were handed over.
    package func deliveries(of count: Int) async -> [[FinishedWrite]] {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.total >= count { return true }
                state.waiting = (count, continuation)
                return false
            }
            if isThere { continuation.resume() }
        }
        return state.withLock { $0.deliveries }
    }
}

extension CollectingInbox.State {
    fileprivate var total: Int { deliveries.reduce(0) { $0 + $1.count } }
}
