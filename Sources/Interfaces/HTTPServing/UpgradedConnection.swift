import NIOCore

/// A connection that has left HTTP.
///
/// Its handlers see NIO's `ChannelShouldQuiesceEvent` when the server drains.
final class UpgradedConnection: ServerConnection {
    private let channel: any Channel

    init(channel: any Channel, loop: ServerLoop) {
        self.channel = channel
        channel.closeFuture.hop(to: loop.eventLoop).assumeIsolated().whenComplete { _ in
            loop.remove(self)
        }
    }

    func sweep(now: NIODeadline) {}

    func drain() {
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }

    func abort() {
        channel.close(promise: nil)
    }
}
