package import Engine
import JSON
import NIOCore
import NIOPosix
import Storage

/// Runs reads that may take long on threads of their own, each with a connection of its own.
package final class ReadPool: Sendable {
    private let engine: Engine
    private let threads: NIOThreadPool
    /// Waiting reads beyond this many are refused.
    private let capacity: Int
    private let waiting = ManagedCount()
    // Each thread sees only the reader that it made itself.
    private nonisolated(unsafe) let reader = ThreadSpecificVariable<EngineReader>()

    package init(engine: Engine, threads: Int, capacity: Int) {
        self.engine = engine
        self.threads = NIOThreadPool(numberOfThreads: threads)
        self.capacity = capacity
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

    func read(
        _ operation: ReadOperation,
        by caller: Caller,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<Answer> {
        guard waiting.increment(to: capacity) else {
            let problem = Problem(
                .overloaded,
                "too many long reads are waiting",
                hint: "try again soon"
            )
            return eventLoop.makeFailedFuture(problem)
        }
        return threads.runIfActive(eventLoop: eventLoop) { [self] in
            defer { waiting.decrement() }
            return try answer(operation, by: caller)
        }
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
