import Mail
import ServiceLifecycle

/// Sends the mails that wait, until the server stops; what is left is sent after the next start.
struct MailDelivery: Service {
    let queue: MailQueue

    func run() async throws {
        await cancelWhenGracefulShutdown { await queue.run() }
    }
}
