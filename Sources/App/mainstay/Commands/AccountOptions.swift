import ArgumentParser
import REST

/// The options of `serve` that are about accounts.
struct AccountOptions: ParsableArguments {
    @Option(help: "Where people reach the server (default: http://localhost and its port).")
    var publicUrl: String?
    @Option(help: "The server for mails: smtp://user:password@host:587 or smtps://….")
    var smtp: String?
    @Option(help: "Whom mails come from: App <no-reply@app.example>.") var mailFrom: String?
    @Option(
        help: "What redirect_to may begin with, comma separated (default: the public URL alone)."
    )
    var redirects: String?
    @Option(help: "The domain of passkeys (default: the public URL's host).")
    var passkeyDomain: String?
    @Option(help: "Further origins whose pages and apps use passkeys, comma separated.")
    var passkeyOrigins: String?
    @Option(help: "Networks of proxies whose X-Forwarded-For is believed, comma separated.")
    var trustedProxies: String?
    @Flag(help: "Allow identity providers with private addresses: for development and tests.")
    var allowPrivateProviders = false

    func settings() throws -> AccountSettings {
        var settings = AccountSettings()
        settings.publicURL = try Setting.value(publicUrl, "PUBLIC_URL").map(PublicURL.init)
        settings.smtp = Setting.value(smtp, "SMTP")
        settings.mailFrom = Setting.value(mailFrom, "MAIL_FROM")
        settings.redirects = Setting.list(redirects, "REDIRECTS")
        settings.passkeyDomain = Setting.value(passkeyDomain, "PASSKEY_DOMAIN")
        settings.passkeyOrigins = Setting.list(passkeyOrigins, "PASSKEY_ORIGINS")
        settings.trustedProxies = Setting.list(trustedProxies, "TRUSTED_PROXIES")
        guard TrustedProxies(settings.trustedProxies) != nil else {
            throw CommandError(
                "MAINSTAY_TRUSTED_PROXIES (--trusted-proxies) has to be addresses or networks, such"
                    + " as 10.0.0.0/8"
            )
        }
        settings.allowsPrivateProviders = Setting.isOn(
            allowPrivateProviders,
            "ALLOW_PRIVATE_PROVIDERS"
        )
        return settings
    }
}
