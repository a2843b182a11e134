/// Why a mail could not be handed over.
///
/// Holds codes and words of this side alone: what a server says may repeat an address.
package enum SMTPError: Error, Sendable, Equatable {
    /// There is no connection; the system's words.
    case unreachable(String)
    case timedOut(SMTPStage)
    /// The server went away.
    case closed(SMTPStage)
    /// The server said no: its code and its enhanced code (RFC 3463) where it has one.
    case refused(SMTPStage, code: Int, enhanced: String?)
    /// The server does not speak SMTP.
    case violation(SMTPStage, String)
    /// STARTTLS is asked for, and the server does not offer it.
    case encryptionUnavailable
    /// The handshake failed or the certificate does not stand.
    case encryptionFailed(String)
    /// Bytes came in the clear after the answer to STARTTLS (RFC 3207, 4.2; CVE-2011-0411).
    case injectedPlaintext
    /// The server offers neither PLAIN nor LOGIN.
    case authenticationUnavailable
    /// The recipient's address needs SMTPUTF8 (RFC 6531), and the server does not offer it.
    case internationalAddress
    /// The address cannot be written in a command.
    case invalidAddress
    /// The certificates to trust cannot be read.
    case unreadableCertificates
}

/// A step of the conversation.
package enum SMTPStage: String, Sendable {
    case connection, greeting, hello, encryption, authentication, sender, recipient, content, quit
}

extension SMTPError {
    /// Whether the same letter would be refused again, so that there is no point in trying.
    ///
    /// A server that refuses the connection, the sign-in or the sender is set up wrong, which
    /// somebody may put right.
    package var isPermanent: Bool {
        switch self {
        case .refused(.recipient, let code, _), .refused(.content, let code, _): code >= 500
        case .internationalAddress, .invalidAddress: true
        default: false
        }
    }

    /// Whether the session goes on for another letter.
    var keepsSession: Bool {
        switch self {
        case .refused(.sender, let code, _), .refused(.recipient, let code, _),
            .refused(.content, let code, _):
            code != 421
        case .internationalAddress, .invalidAddress: true
        default: false
        }
    }
}

extension SMTPError: CustomStringConvertible {
    /// A phrase for the log.
    package var description: String {
        switch self {
        case .unreachable(let reason): "the server cannot be reached: \(reason)"
        case .timedOut(let stage): "the server took too long at \(stage.rawValue)"
        case .closed(let stage): "the server closed the connection at \(stage.rawValue)"
        case .refused(let stage, let code, let enhanced):
            "the server refused the \(stage.rawValue) with \(code)"
                + (enhanced.map { " \($0)" } ?? "")
        case .violation(let stage, let what):
            "the server broke the protocol at \(stage.rawValue): \(what)"
        case .encryptionUnavailable: "the server does not offer STARTTLS"
        case .encryptionFailed(let reason): "no TLS with the server: \(reason)"
        case .injectedPlaintext: "text came in the clear after STARTTLS; somebody may be in between"
        case .authenticationUnavailable: "the server offers neither AUTH PLAIN nor AUTH LOGIN"
        case .internationalAddress: "the address needs SMTPUTF8, which the server does not offer"
        case .invalidAddress: "the address is none that mail can be sent to"
        case .unreadableCertificates: "the file of certificates to trust cannot be read"
        }
    }
}
