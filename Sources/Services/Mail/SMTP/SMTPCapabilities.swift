/// What a server offers in its answer to EHLO.
///
/// Forgotten and asked for again once the connection is encrypted (RFC 3207, 4.2).
struct SMTPCapabilities: Sendable, Equatable {
    var startTLS = false
    var smtpUTF8 = false
    /// Names of SASL mechanisms in capitals.
    var mechanisms: Set<String> = []

    init() {}

    init(_ reply: SMTPReply) {
        // The first line is the server's name.
        for line in reply.lines.dropFirst() {
            let words = line.uppercased().split { $0 == " " || $0 == "=" }.map(String.init)
            switch words.first {
            case "STARTTLS": startTLS = true
            case "SMTPUTF8": smtpUTF8 = true
            case "AUTH": mechanisms.formUnion(words.dropFirst())
            default: break
            }
        }
    }
}
