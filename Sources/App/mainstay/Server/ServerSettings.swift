import HTTPServing
import NIOCore

/// What an operator sets of a server.
struct ServerSettings: Sendable {
    var data: String
    var host = "127.0.0.1"
    var port = 8_080
    var operatorHost = "127.0.0.1"
    var operatorPort = 8_081
    var tls: HTTPTLSFiles?
    var origins: [String] = []
    var threads = System.coreCount
    /// Threads for reads that may take long.
    var readThreads = 2
    var maximumConnections = 10_000
    var maximumConnectionsPerAddress: Int?
    var maximumBody = 1 << 20
    var drainSeconds = 20
    var migratesAutomatically = true
    var logsJSON = false
    var logsAccess = false
    var accounts = AccountSettings()

    /// Where people reach the server, without a slash at its end.
    var publicURL: String {
        accounts.publicURL?.text ?? "\(tls == nil ? "http" : "https")://localhost:\(port)"
    }

    init(data: String) {
        self.data = data
    }
}

/// What an operator sets of accounts.
struct AccountSettings: Sendable {
    /// Where people reach the server, if it is set: see `ServerSettings.publicURL`.
    var publicURL: PublicURL?
    /// The SMTP server for mails; nil writes them to files.
    var smtp: String?
    /// Whom mails come from.
    var mailFrom: String?
    /// What `redirect_to` may begin with, beside the public URL.
    var redirects: [String] = []
    /// The domain of passkeys; nil for the public URL's host.
    var passkeyDomain: String?
    /// Origins whose pages and apps use passkeys, beside the public URL's.
    var passkeyOrigins: [String] = []
    /// Networks of proxies that are believed where a request comes from.
    var trustedProxies: [String] = []
    /// Whether providers may have private addresses, as in tests.
    var allowsPrivateProviders = false
}
