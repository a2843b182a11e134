package import NIOCore

/// Reads a request's body piece by piece.
///
/// What is not asked for is not taken from the client beyond a small buffer.
package final class HTTPBodyReader: Sendable {
    /// Why a body ends before its end.
    package enum ReadError: Error, Sendable {
        /// The client left, took too long, or broke the framing.
        case aborted
        /// The body is longer than was admitted.
        ///
        /// The client gets 413 unless an answer has begun.
        case tooLarge
    }

    private let state: NIOLoopBound<State>
    private let eventLoop: any EventLoop

    init(eventLoop: any EventLoop, demand: @escaping () -> Void) {
        self.eventLoop = eventLoop
        state = NIOLoopBound(State(demand: demand), eventLoop: eventLoop)
    }

    /// The next piece, or nil at the end; fails with ``ReadError``.
    ///
    /// Not to be called again before it is answered.
    package func next() -> EventLoopFuture<ByteBuffer?> {
        guard eventLoop.inEventLoop else { return eventLoop.flatSubmit { self.next() } }
        return state.value.next(on: eventLoop)
    }

    // MARK: For the connection

    /// Enough is waiting to be read.
    var isFull: Bool { state.value.buffered.readableBytes >= 64 * 1024 }

    func feed(_ bytes: ByteBuffer) { state.value.feed(bytes) }
    func finish() { state.value.end(.success(())) }
    func fail(_ error: ReadError) { state.value.end(.failure(error)) }

    private final class State {
        var buffered = ByteBuffer()
        private var ending: Result<Void, ReadError>?
        private var waiting: EventLoopPromise<ByteBuffer?>?
        private let demand: () -> Void

        init(demand: @escaping () -> Void) {
            self.demand = demand
        }

        func next(on eventLoop: any EventLoop) -> EventLoopFuture<ByteBuffer?> {
            if buffered.readableBytes > 0 {
                let piece = buffered
                buffered = ByteBuffer()
                demand()
                return eventLoop.makeSucceededFuture(piece)
            }
            switch ending {
            case .success: return eventLoop.makeSucceededFuture(nil)
            case .failure(let error): return eventLoop.makeFailedFuture(error)
            case nil:
                let promise = eventLoop.makePromise(of: ByteBuffer?.self)
                waiting?.fail(ReadError.aborted)
                waiting = promise
                demand()
                return promise.futureResult
            }
        }

        func feed(_ bytes: ByteBuffer) {
            if let waiting {
                self.waiting = nil
                waiting.succeed(bytes)
            } else {
                buffered.writeImmutableBuffer(bytes)
            }
        }

        func end(_ result: Result<Void, ReadError>) {
            guard ending == nil else { return }
            ending = result
            guard let waiting else { return }
            self.waiting = nil
            switch result {
            case .success: waiting.succeed(nil)
            case .failure(let error): waiting.fail(error)
            }
        }
    }
}
