import Bytes
import Crypto
import Storage

/// The key that wraps all others; it never stands in the database.
package struct MasterKey: Sendable {
    /// Tells master keys apart; it says nothing about the key.
    package let id: String
    private let key: SymmetricKey
    /// The key itself, for its file.
    let bytes: [UInt8]

    /// A new key.
    package init() {
        self.init(valid: .random(count: Self.byteCount))
    }

    /// Nil unless there are 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init(valid: bytes)
    }

    /// Reads base 64 in either alphabet, with or without padding, and with white space around it.
    package init?(text: some StringProtocol) {
        let letters = text.utf8.filter { !Self.isIgnored($0) }.map { letter in
            switch letter {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: letter
            }
        }
        guard let bytes = Base64.url.decode(letters) else { return nil }
        self.init(bytes: bytes)
    }

    private init(valid bytes: [UInt8]) {
        self.bytes = bytes
        key = SymmetricKey(data: bytes)
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("mainstay master key".utf8),
            using: key
        )
        id = Base64.url.encode(code.prefix(6))
    }

    private static let byteCount = 32

    private static func isIgnored(_ letter: UInt8) -> Bool {
        [0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: "=")].contains(letter)
    }

    /// The key as text.
    package var text: String { Base64.url.encode(bytes) }
}

// MARK: - Wrapping

extension MasterKey {
    /// `mw1.<master key id>.<sealed>`, bound to the key's id and purpose.
    func wrap(_ key: [UInt8], id: String, purpose: KeyPurpose) throws(CipherError) -> String {
        let sealed = try SealedBox.seal(key, with: self.key, context: "\(purpose.rawValue).\(id)")
        return "\(Self.prefix).\(self.id).\(sealed)"
    }

    func unwrap(_ text: String, id: String, purpose: KeyPurpose) throws(CipherError) -> [UInt8] {
        guard let sealed = text.split(separator: ".").last else { throw .malformed }
        return try SealedBox.open(
            sealed.utf8,
            with: key,
            context: "\(purpose.rawValue).\(id)"
        )
    }

    /// The id of the master key that wrapped a key; nil for anything else.
    static func wrapper(of text: String) -> String? {
        let parts = text.split(separator: ".")
        guard parts.count == 3, parts[0] == prefix else { return nil }
        return String(parts[1])
    }

    /// How all begins that the same master key has wrapped.
    static func beginning(of wrapped: String) -> String {
        wrapper(of: wrapped).map { "\(prefix).\($0)." } ?? wrapped
    }

    private static let prefix = "mw1"
}

/// What a key in the database is for.
enum KeyPurpose: String, Sendable {
    /// Seals values.
    case data
    /// Makes blind indexes.
    case index
}
