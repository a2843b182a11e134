import Bytes
import Crypto

/// The key of a machine as it is sent: `mk_<prefix>_<secret>`.
///
/// The prefix names the key to people and in lists; the secret is 256 random bits, of which the
/// database has a digest alone. A plain digest will do, since nobody can guess what it is of.
package struct APIKey: Sendable {
    static let scheme = "mk_"
    private static let prefixLength = 10
    private static let secretLength = 43

    /// The whole key: shown once, when it is made.
    package let text: String
    /// `mk_` and the public part.
    package let prefix: String
    let digest: [UInt8]

    /// A new key.
    init() {
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
        let name = [UInt8].random(count: Self.prefixLength).map { letters[Int($0 & 31)] }
        self.init(
            prefix: Self.scheme + String(decoding: name, as: UTF8.self),
            secret: Base64.url.encode([UInt8].random(count: 32))
        )
    }

    /// A key that somebody presents; nil if it does not look like one.
    package init?(_ text: String) {
        let prefixEnd = Self.scheme.utf8.count + Self.prefixLength
        guard text.utf8.count == prefixEnd + 1 + Self.secretLength, text.hasPrefix(Self.scheme)
        else {
            return nil
        }
        let bytes = Array(text.utf8)
        let prefix = bytes[..<prefixEnd]
        let secret = bytes[(prefixEnd + 1)...]
        guard bytes[prefixEnd] == UInt8(ascii: "_"), prefix.dropFirst(3).allSatisfy(Self.isLetter),
            Base64.url.decode(secret) != nil
        else { return nil }
        self.init(
            prefix: String(decoding: prefix, as: UTF8.self),
            secret: String(decoding: secret, as: UTF8.self)
        )
    }

    /// A key in two parts, as a client's id and secret (RFC 6749, 2.3.1); the secret may be the whole
    /// key, too.
    package init?(client: String, secret: String) {
        guard let key = APIKey(secret.hasPrefix(Self.scheme) ? secret : "\(client)_\(secret)"),
            key.prefix == client
        else { return nil }
        self = key
    }

    private init(prefix: String, secret: String) {
        self.prefix = prefix
        text = "\(prefix)_\(secret)"
        digest = Array(SHA256.hash(data: Array(text.utf8)))
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte)
    }

    /// Whether a bearer token is meant to be a key rather than an access token.
    package static func isKey(_ token: String) -> Bool { token.hasPrefix(scheme) }
}
