/// The server that mails are handed to, and how the connection to it is protected.
package struct SMTPSettings: Sendable, Equatable {
    package enum Security: Sendable, Equatable {
        /// TLS from the first byte (RFC 8314), port 465.
        case implicitTLS
        /// TLS after STARTTLS (RFC 3207), port 587; a server that does not offer it gets nothing.
        case startTLS
        /// In the clear: for a relay on the same machine or a network that is trusted.
        case none
    }

    package struct Credentials: Sendable, Equatable {
        package let username: String
        package let password: String

        package init(username: String, password: String) {
            self.username = username
            self.password = password
        }
    }

    package let host: String
    package let port: Int
    package let security: Security
    package let credentials: Credentials?
    /// A PEM file of the authorities to trust; nil for those of the system.
    package let trustedCertificates: String?
    /// What this side calls itself in EHLO: a domain name or an address literal.
    package var clientName = "[127.0.0.1]"
    package var timeLimits = SMTPTimeLimits()

    package init(
        host: String,
        port: Int,
        security: Security,
        credentials: Credentials? = nil,
        trustedCertificates: String? = nil
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.credentials = credentials
        self.trustedCertificates = trustedCertificates
    }

    /// Whether the server is on this machine, so that nobody can listen in between.
    package var isLoopback: Bool {
        host == "localhost" || host == "::1" || Self.isLoopbackAddress(host)
    }

    private static func isLoopbackAddress(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

/// How long a server may take, each in seconds.
package struct SMTPTimeLimits: Sendable, Equatable {
    package var connection: Double = 20
    package var handshake: Double = 20
    /// For each reply but that to the content.
    package var reply: Double = 60
    /// For taking the content and saying so.
    package var content: Double = 120

    package init() {}
}

extension SMTPSettings: CustomStringConvertible {
    /// The server without its credentials.
    package var description: String {
        "\(security == .implicitTLS ? "smtps" : "smtp")://\(host):\(port)"
    }
}

extension SMTPSettings.Credentials: CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    package var description: String { "credentials" }
    package var debugDescription: String { "credentials" }
    /// Nothing, so that no dump of the settings shows the password.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
