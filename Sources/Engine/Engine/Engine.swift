package import ModelLanguage
package import Storage
import Synchronization

/// The only way to data: every interface hands it operations, and it alone reaches rows.
///
/// Reads are answered by an `EngineReader`, one for each event loop or thread. Writes go to the
/// store's one writer, and come back through the inbox of whoever waits for them.
package final class Engine: Sendable {
    package let model: Model
    package let limits: EngineLimits
    package let clock: EngineClock
    package let store: any Store
    let writePlans: WritePlans
    let ledger: IdempotencyLedger
    let ids = RecordIDSource()

    package init(
        model: Model,
        store: any Store,
        limits: EngineLimits = EngineLimits(),
        clock: EngineClock = .system
    ) {
        self.model = model
        self.store = store
        self.limits = limits
        self.clock = clock
        writePlans = WritePlans(model: model, limits: limits)
        ledger = IdempotencyLedger(lifetime: limits.idempotencyLifetime)
    }

    /// A reader for the calling event loop or thread.
    package func makeReader() throws(Problem) -> EngineReader {
        do {
            return EngineReader(
                model: model,
                limits: limits,
                clock: clock,
                connection: try store.makeReader()
            )
        } catch {
            throw Problem(storeError: error)
        }
    }

    /// Starts a write.
    ///
    /// `completion` runs where the inbox takes it.
    ///
    /// - Throws: What is wrong with it already, without the database; `completion` is not called then.
    package func submit(
        _ operation: WriteOperation,
        inbox: any WriteInbox,
        completion: @escaping WriteRequest.Completion
    ) throws(Problem) {
        let request = try WriteRequest(
            operation,
            engine: self,
            inbox: inbox,
            completion: completion
        )
        store.submit(request)
    }

    /// A write for callers that can wait.
    package func perform(_ operation: WriteOperation) async throws(Problem) -> WriteAnswer {
        let result = await withCheckedContinuation { continuation in
            do throws(Problem) {
                try submit(operation, inbox: DirectInbox.shared) { result in
                    continuation.resume(returning: result)
                }
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        return try result.get()
    }

    /// Removes a bounded number of expired idempotency records; how many.
    package func sweepIdempotencyRecords() async throws(StoreError) -> Int {
        let ledger = ledger
        let now = clock.now()
        return try await store.transaction { transaction throws(StoreError) in
            try ledger.sweep(now: now, in: transaction)
        }
    }
}

/// Makes record ids on any thread.
final class RecordIDSource: Sendable {
    private let generator = Mutex(RecordIDGenerator())

    func next(at microseconds: Int64) -> String {
        generator.withLock { $0.next(at: microseconds) }
    }
}

extension WriteRequest: FinishableTask {}
