/// How mails are written and when they are tried.
package struct MailConfiguration: Sendable {
    /// Whom mails come from.
    package let sender: MailAddress
    /// The app's name.
    package let app: String
    package var retries = RetrySchedule()
    /// Microseconds since 1970.
    package var now: @Sendable () -> Int64
    /// From 0 to 1; spreads the tries.
    package var chance: @Sendable () -> Double = { .random(in: 0...1) }

    package init(sender: MailAddress, app: String, now: @escaping @Sendable () -> Int64) {
        self.sender = sender
        self.app = app
        self.now = now
    }
}
