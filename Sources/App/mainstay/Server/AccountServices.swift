import AccountsAPI
import Authenticators
import Encryption
import Engine
import Identity
import Logging
import Mail
import ModelLanguage
import NIOCore
import ServiceLifecycle
import Storage

/// What a model with accounts needs beside the engine: keys, mails, and the accounts themselves.
struct AccountServices {
    let identity: IdentityService
    let browsers: BrowserSessions
    let services: [any Service]
    /// The counters of mails.
    let mailMetrics: MailMetrics

    /// Nil if the model has no accounts.
    ///
    /// - Throws: What an operator has to change: an open file of keys, a setting of mails, a template.
    init?(
        engine: Engine,
        ring: KeyRing?,
        settings: ServerSettings,
        modelFolder: String,
        group: any EventLoopGroup,
        logger: Logger
    ) throws {
        guard engine.model.accounts != nil, let ring else { return nil }
        let queue = try MailQueue(
            Self.mailSettings(settings, app: engine.model.name, modelFolder: modelFolder),
            store: engine.store,
            keyRing: ring,
            group: group,
            logger: logger,
            now: { engine.clock.now() }
        )
        var configuration = IdentityConfiguration()
        configuration.issuer = settings.publicURL
        configuration.publicURL = settings.publicURL
        configuration.relyingParty = try Self.relyingParty(
            settings,
            app: engine.model.name,
            logger: logger
        )
        identity = try IdentityService(
            engine: engine,
            keys: SigningKeys(directory: settings.data + "/keys"),
            cipher: ring,
            mailer: queue,
            providers: ProviderSetup(model: engine.model, settings: settings).make(logger: logger),
            configuration: configuration
        )
        browsers = BrowserSessions(secrets: { Secrets.browserSecrets(ring) })
        services = [
            MailDelivery(queue: queue), AccountUpkeep(identity: identity, logger: logger),
        ]
        mailMetrics = queue.metrics
    }

    /// Nil, with a warning, where passkeys cannot work and nobody asked for them by a setting.
    private static func relyingParty(
        _ settings: ServerSettings,
        app: String,
        logger: Logger
    ) throws -> RelyingParty? {
        do throws(RelyingPartyError) {
            return try RelyingParty(
                publicURL: settings.publicURL,
                domain: settings.accounts.passkeyDomain,
                origins: settings.accounts.passkeyOrigins,
                name: app
            )
        } catch {
            let isSet =
                settings.accounts.passkeyDomain != nil || !settings.accounts.passkeyOrigins.isEmpty
            guard !isSet else { throw CommandError("passkeys: \(error)") }
            logger.warning("there are no passkeys: \(error)")
            return nil
        }
    }

    private static func mailSettings(
        _ settings: ServerSettings,
        app: String,
        modelFolder: String
    ) -> MailSettings {
        var mail = MailSettings(
            publicURL: settings.publicURL,
            outbox: settings.data + "/mail",
            templates: modelFolder + "/mail",
            app: app
        )
        mail.server = settings.accounts.smtp
        mail.sender = settings.accounts.mailFrom
        return mail
    }
}
