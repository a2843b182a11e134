import Engine
import NIOCore
import Storage

/// Takes finished writes back to an event loop, a group at a time.
final class LoopInbox: WriteInbox {
    private let eventLoop: any EventLoop

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func receive(_ finished: [FinishedWrite]) {
        eventLoop.execute {
            for write in finished { write.finish() }
        }
    }
}
