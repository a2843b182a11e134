import Bytes
import Crypto
import JSON

/// Ties what is sent by mail to the client that asked for it.
///
/// The client keeps a secret, and the ticket a digest of it in its data: whoever has the mail, and the
/// secret too, is the one who asked.
enum TicketBinding {
    /// The member of a ticket's data that has the digest.
    static let member = "binding"

    /// 128 random bits, in letters that a cookie takes.
    static func makeSecret() -> String {
        Base64.url.encode([UInt8].random(count: 16))
    }

    static func digest(of secret: String) -> String {
        Base64.url.encode(SHA256.hash(data: Array(secret.utf8)))
    }
}

extension Ticket {
    /// Whether it is for one client alone.
    var hasBinding: Bool { data[TicketBinding.member]?.stringValue != nil }

    /// Whether a client is the one that asked for it; no client is, if it is bound to none.
    func isBound(to secret: String?) -> Bool {
        guard let secret, let digest = data[TicketBinding.member]?.stringValue else { return false }
        return isEqualInConstantTime(TicketBinding.digest(of: secret).utf8, digest.utf8)
    }
}
