/// Hands messages over.
package protocol MailTransport: Sendable {
    /// Returns once somebody else answers for the message.
    func deliver(_ mail: OutgoingMail) async throws(MailFailure)

    /// Lets go of what was kept open for further messages; called when there are none for now.
    func rest() async
}

/// A message, and what the development's log tells of it.
package struct OutgoingMail: Sendable {
    package let kind: MailKind
    package let message: MailMessage
    package let link: String?
}

/// Why a message was not handed over, in words without addresses.
package struct MailFailure: Error, Sendable, Equatable {
    package let reason: String
    /// Whether another try makes no sense.
    package let isPermanent: Bool

    package init(_ reason: String, isPermanent: Bool = false) {
        self.reason = reason
        self.isPermanent = isPermanent
    }
}
