package import Encryption
package import Logging
package import NIOCore
package import Storage

/// What an operator sets of mails.
package struct MailSettings: Sendable {
    /// The address of the SMTP server (`SMTPSettings.init(url:)`); nil writes files.
    package var server: String?
    /// Whom mails come from: `address` or `Name <address>`; nil is no-reply at the public host.
    package var sender: String?
    /// Where the app is reached from outside.
    package var publicURL: String
    /// The folder that mails are written to where there is no server.
    package var outbox: String
    /// The folder of templates, if there is one.
    package var templates: String
    /// The app's name.
    package var app: String

    package init(publicURL: String, outbox: String, templates: String, app: String) {
        self.publicURL = publicURL
        self.outbox = outbox
        self.templates = templates
        self.app = app
    }

    /// The address that mails come from.
    func senderAddress() throws(MailSettingError) -> MailAddress {
        guard let sender else {
            guard let address = MailAddress("no-reply@\(Self.host(of: publicURL))", name: app)
            else {
                throw MailSettingError(
                    "mails need an address that they come from: set --mail-from (MAINSTAY_MAIL_FROM)"
                )
            }
            return address
        }
        guard let address = MailAddress(mailbox: sender) else {
            throw MailSettingError(
                "--mail-from (MAINSTAY_MAIL_FROM) has to be an address, or a name with one: "
                    + "App <no-reply@app.example>"
            )
        }
        return address.name == nil ? MailAddress(address.address, name: app) ?? address : address
    }

    /// Whether the app is reached from this machine alone.
    var isLocal: Bool {
        let rest = publicURL.split(separator: "://").last ?? ""
        let authority = rest.prefix { !"/?#".contains($0) }
        let host =
            authority.hasPrefix("[")
            ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        return SMTPSettings(host: String(host), port: 0, security: .none).isLoopback
    }

    /// The host in an address of the web; "localhost" for an IP address, which no mail comes from.
    private static func host(of url: String) -> String {
        let authority = url.split(separator: "://").last?.prefix { !"/?#".contains($0) } ?? ""
        let host = authority.prefix { $0 != ":" }
        let isName = host.contains { $0.isLetter } && !host.hasPrefix("[")
        return isName ? String(host) : "localhost"
    }
}

extension MailQueue {
    /// A queue as the settings say; tells in the log where mails go.
    ///
    /// - Throws: `MailSettingError`, `MailTemplateErrors` with everything that is wrong with the
    ///   templates, or a `StoreError`.
    package convenience init(
        _ settings: MailSettings,
        store: any Store,
        keyRing: KeyRing,
        group: any EventLoopGroup,
        logger: Logger,
        now: @escaping @Sendable () -> Int64
    ) throws {
        let sender = try settings.senderAddress()
        let templates = try MailTemplates(folder: settings.templates)
        let transport: any MailTransport
        if let server = settings.server {
            var smtp = try SMTPSettings(url: server)
            smtp.clientName = sender.isASCII ? sender.domain : "[127.0.0.1]"
            transport = SMTPTransport(settings: smtp, group: group)
            logger.info("mails go to \(smtp)")
        } else {
            let isLocal = settings.isLocal
            transport = FileTransport(
                directory: settings.outbox,
                logsLinks: isLocal,
                logger: logger
            )
            let links = isLocal ? ", and their links to this log" : ""
            logger.warning(
                "mails are written to \(settings.outbox)\(links): set --smtp to send them"
            )
        }
        try self.init(
            store: store,
            keyRing: keyRing,
            configuration: MailConfiguration(sender: sender, app: settings.app, now: now),
            templates: templates,
            transport: transport,
            logger: logger
        )
    }
}
