import Bytes
import Crypto

/// A refresh token: 256 random bits, of which the database keeps a digest alone.
///
/// A plain digest will do, since nobody can guess what it is of.
struct RefreshToken: Sendable {
    static let prefix = "rt_"

    let text: String
    let digest: [UInt8]
    private let secret: [UInt8]

    /// A new token.
    init() {
        self.init(secret: .random(count: 32))
    }

    /// A token that somebody presents; nil if it does not look like one.
    init?(_ text: String) {
        guard text.utf8.count == 46, text.hasPrefix(Self.prefix),
            let secret = Base64.url.decode(text.utf8.dropFirst(Self.prefix.utf8.count))
        else { return nil }
        self.init(secret: secret)
    }

    private init(secret: [UInt8]) {
        text = Self.prefix + Base64.url.encode(secret)
        digest = Array(SHA256.hash(data: secret))
        self.secret = secret
    }
}

// MARK: - The next token

extension RefreshToken {
    /// The token after this one, so that only who holds this one can read it.
    func sealSuccessor(_ successor: RefreshToken) -> [UInt8]? {
        (try? AES.GCM.seal(successor.secret, using: successorKey))?.combined.map { [UInt8]($0) }
    }

    /// What `sealSuccessor` sealed; nil of anything else.
    func openSuccessor(_ sealed: [UInt8]) -> RefreshToken? {
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let secret = try? AES.GCM.open(box, using: successorKey)
        else { return nil }
        return RefreshToken(secret: [UInt8](secret))
    }

    private var successorKey: SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret),
            info: Array("mainstay refresh successor".utf8),
            outputByteCount: 32
        )
    }
}
