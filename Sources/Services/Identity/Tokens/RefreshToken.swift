import Crypto

/// A refresh token: 256 random bits, of which the database keeps a digest alone.
///
/// A plain digest will do, since nobody can guess what it is of.
struct RefreshToken: Sendable {
    static let prefix = "rt_"

    let text: String
    let digest: [UInt8]

    /// A new token.
    init() {
        self.init(secret: .random(count: 32))
    }

    /// A token that somebody presents; nil if it does not look like one.
    init?(_ text: String) {
        guard text.utf8.count == 46, text.hasPrefix(Self.prefix),
            let secret = Base64.decodeURL(text.utf8.dropFirst(Self.prefix.utf8.count))
        else { return nil }
        self.init(secret: secret)
    }

    private init(secret: [UInt8]) {
        text = Self.prefix + Base64.encodeURL(secret)
        digest = Array(SHA256.hash(data: secret))
    }
}
