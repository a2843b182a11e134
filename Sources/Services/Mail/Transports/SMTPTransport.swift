package import NIOCore

/// Hands messages to a server; several go over one session, which is closed when there are no more.
package actor SMTPTransport: MailTransport {
    private let settings: SMTPSettings
    private let group: any EventLoopGroup
    private var session: SMTPSession?

    package init(settings: SMTPSettings, group: any EventLoopGroup) {
        self.settings = settings
        self.group = group
    }

    package func deliver(_ mail: OutgoingMail) async throws(MailFailure) {
        do throws(SMTPError) {
            let session = try await usableSession()
            try await session.deliver(
                mail.message.bytes(),
                from: mail.message.sender,
                to: mail.message.recipient
            )
        } catch {
            throw MailFailure(error.description, isPermanent: error.isPermanent)
        }
    }

    package func rest() async {
        let session = session
        self.session = nil
        await session?.close()
    }

    private func usableSession() async throws(SMTPError) -> SMTPSession {
        if let session {
            if await session.isUsable { return session }
            self.session = nil
            await session.close()
        }
        let session = try await SMTPSession.open(settings, on: group)
        self.session = session
        return session
    }
}
