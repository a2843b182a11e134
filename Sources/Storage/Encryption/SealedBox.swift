import Bytes
import Crypto
import Storage

/// AES-256-GCM with a random nonce of 96 bits (NIST SP 800-38D, 8.2.2).
///
/// With random nonces a key may seal 2³² values before it has to be rotated.
enum SealedBox {
    /// nonce | ciphertext | tag, in base 64.
    static func seal(
        _ plain: [UInt8],
        with key: SymmetricKey,
        context: String
    ) throws(CipherError) -> String {
        do {
            let box = try AES.GCM.seal(plain, using: key, authenticating: Array(context.utf8))
            guard let combined = box.combined else { throw CipherError.malformed }
            return Base64.url.encode(combined)
        } catch {
            throw .malformed
        }
    }

    static func open(
        _ text: some Collection<UInt8>,
        with key: SymmetricKey,
        context: String
    ) throws(CipherError) -> [UInt8] {
        guard let bytes = Base64.url.decode(text), bytes.count >= 28 else { throw .malformed }
        do {
            let box = try AES.GCM.SealedBox(combined: bytes)
            return [UInt8](try AES.GCM.open(box, using: key, authenticating: Array(context.utf8)))
        } catch {
            throw .refused
        }
    }
}
