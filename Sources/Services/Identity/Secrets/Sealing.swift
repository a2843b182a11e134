import Crypto

/// What keeps secrets that have to be read again, and digests of what could be guessed.
///
/// A context is part of what is sealed: what was sealed in one opens in no other.
package protocol Sealing: Sendable {
    func seal(_ plain: [UInt8], context: String) throws -> String
    func open(_ text: String, context: String) throws -> [UInt8]
    /// The same text for the same value and context, from which neither can be told.
    func blindIndex(_ value: String, context: String) -> String
}

/// Seals with a key that goes with the process: for tests, and for tools that seal nothing.
package struct TransientSealing: Sealing {
    private let key = SymmetricKey(size: .bits256)

    package init() {}

    package func seal(_ plain: [UInt8], context: String) throws -> String {
        let box = try AES.GCM.seal(plain, using: key, authenticating: Array(context.utf8))
        return Base64.encodeURL(box.nonce.map { $0 } + box.ciphertext + box.tag)
    }

    package func open(_ text: String, context: String) throws -> [UInt8] {
        let box = try AES.GCM.SealedBox(combined: Base64.decodeURL(text.utf8) ?? [])
        return [UInt8](try AES.GCM.open(box, using: key, authenticating: Array(context.utf8)))
    }

    package func blindIndex(_ value: String, context: String) -> String {
        let message = Array("\(context.utf8.count):\(context)\(value)".utf8)
        return Base64.encodeURL(HMAC<SHA256>.authenticationCode(for: message, using: key))
    }
}
