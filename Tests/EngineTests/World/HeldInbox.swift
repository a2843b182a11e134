import Dispatch
import Engine
import Storage
import Synchronization

/// Keeps finished writes until it is told to hand them on.
final class HeldInbox: WriteInbox {
    private let held = Mutex<[FinishedWrite]>([])
    private let arrived = DispatchSemaphore(value: 0)

    func receive(_ finished: [FinishedWrite]) {
        held.withLock { $0 += finished }
        arrived.signal()
    }

    /// Waits for the first write, and finishes it and all that came with it.
    func release() {
        arrived.wait()
        let finished = held.withLock { held in
            defer { held = [] }
            return held
        }
        for write in finished { write.finish() }
    }
}
