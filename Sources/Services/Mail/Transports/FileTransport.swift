import Foundation
package import Logging

/// For development: writes each message as a file, and its link into the log.
package struct FileTransport: MailTransport {
    private let directory: String
    private let logger: Logger

    package init(directory: String, logger: Logger) {
        self.directory = directory
        self.logger = logger
    }

    package func deliver(_ mail: OutgoingMail) async throws(MailFailure) {
        let time = MailDate.compact(microseconds: mail.message.date)
        let path = "\(directory)/\(time)-\(mail.kind.rawValue)-\(mail.message.id.prefix(8)).eml"
        do {
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw MailFailure("\"\(directory)\" cannot be made")
        }
        guard
            FileManager.default.createFile(
                atPath: path,
                contents: Data(mail.message.bytes(.eightBit)),
                attributes: [.posixPermissions: 0o600]
            )
        else { throw MailFailure("\"\(path)\" cannot be written") }
        let link = mail.link.map { ": \($0)" } ?? ""
        logger.notice("mail \"\(mail.kind.rawValue)\" is in \(path)\(link)")
    }

    package func rest() async {}
}
