/// Finishes writes on the writer's thread: for completions that only wake somebody.
package final class DirectInbox: WriteInbox {
    package static let shared = DirectInbox()

    package func receive(_ finished: [FinishedWrite]) {
        for write in finished { write.finish() }
    }
}

extension FinishedWrite {
    /// Hands the result to whoever waits for it.
    package func finish() {
        (task as? any FinishableTask)?.finish(result)
    }
}

/// A task that hands its result on by itself.
package protocol FinishableTask: WriteTask {
    func finish(_ result: Result<WriteDecision, StoreError>)
}
