package import Engine
import JSON
import NIOCore
import NIOPosix
import Storage
import Synchronization

/// Runs reads that may take long on threads of their own, each with a connection of its own.
///
/// Callers take turns: one caller never has all threads, and few of one caller's reads wait, so that
/// nobody's long reads keep those of others from being answered.
package final class ReadPool: Sendable {
    private let engine: Engine
    private let threads: NIOThreadPool
    private let queue: Mutex<TurnQueue<@Sendable () -> Void>>
    // Each thread sees only the reader that it made itself.
    private nonisolated(unsafe) let reader = ThreadSpecificVariable<EngineReader>()

    /// Beyond `capacity` waiting reads, further ones are refused.
    package init(engine: Engine, threads: Int, capacity: Int) {
        self.engine = engine
        self.threads = NIOThreadPool(numberOfThreads: threads)
        queue = Mutex(
            TurnQueue(
                runningPerCaller: max(1, threads - 1),
                waitingPerCaller: 8,
                capacity: capacity
            )
        )
    }

    package func start() {
        threads.start()
    }

    package func stop() async throws {
        try await threads.shutdownGracefully()
    }

    /// An answer that can leave the thread that it was made on.
    struct Answer: Sendable {
        let body: ByteBuffer
        let version: Int64
        let digest: UInt64
        let next: String?
        let total: Int64?
    }

    /// Answers a read once it is its caller's turn; `turn` names who takes turns, an account or an
    /// address.
    func read(
        _ operation: ReadOperation,
        by caller: Caller,
        turn: String,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<Answer> {
        let promise = eventLoop.makePromise(of: Answer.self)
        let deadline = NIODeadline.now() + .seconds(10)
        let start: @Sendable () -> Void = { [self] in
            threads.submit { [self] state in
                promise.completeWith(
                    Result {
                        guard state == .active, .now() < deadline else { throw Problem(.timedOut) }
                        return try self.answer(operation, by: caller)
                    }
                )
                queue.withLock { $0.leave(turn) }?()
            }
        }
        switch queue.withLock({ $0.arrive(start, of: turn) }) {
        case .now(let start): start()
        case .later: break
        case .refused:
            promise.fail(
                Problem(.overloaded, "too many long reads are waiting", hint: "try again soon")
            )
        }
        return promise.futureResult
    }

    private func answer(_ operation: ReadOperation, by caller: Caller) throws -> Answer {
        let reader: EngineReader
        if let current = self.reader.currentValue {
            reader = current
        } else {
            reader = try engine.makeReader()
            self.reader.currentValue = reader
        }
        try reader.beginSnapshot()
        defer { reader.endSnapshot() }
        guard case .answered(let answer) = try reader.read(operation, by: caller, budget: .long)
        else { throw Problem(.timedOut) }
        return Answer(
            body: ByteBuffer(bytes: answer.body.contents),
            version: answer.version,
            digest: answer.digest,
            next: answer.next,
            total: answer.total
        )
    }
}
