import Foundation
package import Logging

/// For development: writes each message as a file, and its link into the log.
package struct FileTransport: MailTransport {
    private let directory: String
    private let logsLinks: Bool
    private let logger: Logger

    /// A link is as good as a password: `logsLinks` is for a server that only its developer reaches.
    package init(directory: String, logsLinks: Bool, logger: Logger) {
        self.directory = directory
        self.logsLinks = logsLinks
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
        guard Self.write(mail.message.bytes(.eightBit), to: path) else {
            throw MailFailure("\"\(path)\" cannot be written")
        }
        let link = logsLinks ? mail.link.map { ": \($0)" } ?? "" : ""
        logger.notice("mail \"\(mail.kind.rawValue)\" is in \(path)\(link)")
    }

    /// Writes a file that is its owner's alone from its first byte; one from an earlier try is replaced.
    private static func write(_ bytes: [UInt8], to path: String) -> Bool {
        unlink(path)
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    package func rest() async {}
}
