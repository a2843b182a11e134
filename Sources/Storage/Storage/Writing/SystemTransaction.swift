import Synchronization

extension Store {
    /// Runs a service's own statements in a savepoint of the writer, and waits until they are durable.
    ///
    /// With `rollBack` nothing of them is kept.
    package func transaction<Value: Sendable>(
        endingIn decision: WriteDecision = .commit,
        _ body: @escaping @Sendable (any WriteTransaction) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let result = await withCheckedContinuation { continuation in
            submit(
                SystemTask(decision: decision, body: body) { continuation.resume(returning: $0) }
            )
        }
        return try result.get()
    }
}

/// A write of a service, such as a session.
private final class SystemTask<Value: Sendable>: FinishableTask {
    let inbox: any WriteInbox = DirectInbox.shared
    private let decision: WriteDecision
    private let body: @Sendable (any WriteTransaction) throws(StoreError) -> Value
    private let completion: @Sendable (Result<Value, StoreError>) -> Void
    private let value = Mutex<Value?>(nil)

    init(
        decision: WriteDecision,
        body: @escaping @Sendable (any WriteTransaction) throws(StoreError) -> Value,
        completion: @escaping @Sendable (Result<Value, StoreError>) -> Void
    ) {
        self.decision = decision
        self.body = body
        self.completion = completion
    }

    func perform(in transaction: any WriteTransaction) throws(StoreError) -> WriteDecision {
        let result = try body(transaction)
        value.withLock { $0 = result }
        return decision
    }

    func finish(_ result: Result<WriteDecision, StoreError>) {
        switch result {
        case .failure(let error): completion(.failure(error))
        case .success:
            let value = value.withLock { $0 }
            completion(value.map { .success($0) } ?? .failure(.closed))
        }
    }
}
