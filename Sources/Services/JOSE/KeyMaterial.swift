import Crypto
import CryptoExtras

/// What signatures are verified with.
///
/// The material alone says which algorithms it is good for
/// (RFC 8725, 3.1 and 3.2): a public key is never taken for the secret of a MAC.
enum KeyMaterial: Sendable {
    case rsa(_RSA.Signing.PublicKey)
    case p256(P256.Signing.PublicKey)
    case p384(P384.Signing.PublicKey)
    case p521(P521.Signing.PublicKey)
    case ed25519(Curve25519.Signing.PublicKey)
    /// At least 32 bytes.
    case secret(SymmetricKey)

    var isSymmetric: Bool {
        if case .secret = self { true } else { false }
    }

    /// The algorithms that the key can be used with.
    var algorithms: Set<SignatureAlgorithm> {
        switch self {
        case .rsa: [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512]
        case .p256: [.es256]
        case .p384: [.es384]
        case .p521: [.es512]
        case .ed25519: [.edDSA]
        case .secret(let key): Self.algorithms(ofSecretBits: key.bitCount)
        }
    }

    /// A secret has to be as long as the hash (RFC 7518, 3.2).
    private static func algorithms(ofSecretBits bits: Int) -> Set<SignatureAlgorithm> {
        if bits >= 512 { return [.hs256, .hs384, .hs512] }
        if bits >= 384 { return [.hs256, .hs384] }
        return bits >= 256 ? [.hs256] : []
    }

    /// Whether `signature`, in the form that RFC 7518, 3, gives it, is one of `message`.
    func isValid(
        _ signature: [UInt8],
        of message: [UInt8],
        algorithm: SignatureAlgorithm
    ) -> Bool {
        switch (self, algorithm) {
        case (.p256(let key), .es256):
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(signature, for: message)
        case (.p384(let key), .es384):
            guard let signature = try? P384.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(signature, for: message)
        case (.p521(let key), .es512):
            guard let signature = try? P521.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(signature, for: message)
        case (.ed25519(let key), .edDSA):
            return signature.count == 64 && key.isValidSignature(signature, for: message)
        case (.rsa(let key), _): return isValid(signature, of: message, algorithm, with: key)
        case (.secret(let key), _): return isValid(signature, of: message, algorithm, with: key)
        default: return false
        }
    }

    private func isValid(
        _ signature: [UInt8],
        of message: [UInt8],
        _ algorithm: SignatureAlgorithm,
        with key: _RSA.Signing.PublicKey
    ) -> Bool {
        guard signature.count == (key.keySizeInBits + 7) / 8 else { return false }
        let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
        func isValid(_ digest: some Digest, _ padding: _RSA.Signing.Padding) -> Bool {
            key.isValidSignature(signature, for: digest, padding: padding)
        }
        switch algorithm {
        case .rs256: return isValid(SHA256.hash(data: message), .insecurePKCS1v1_5)
        case .rs384: return isValid(SHA384.hash(data: message), .insecurePKCS1v1_5)
        case .rs512: return isValid(SHA512.hash(data: message), .insecurePKCS1v1_5)
        case .ps256: return isValid(SHA256.hash(data: message), .PSS)
        case .ps384: return isValid(SHA384.hash(data: message), .PSS)
        case .ps512: return isValid(SHA512.hash(data: message), .PSS)
        default: return false
        }
    }

    private func isValid(
        _ code: [UInt8],
        of message: [UInt8],
        _ algorithm: SignatureAlgorithm,
        with key: SymmetricKey
    ) -> Bool {
        guard algorithms.contains(algorithm) else { return false }
        return switch algorithm {
        case .hs256:
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message, using: key)
        case .hs384:
            HMAC<SHA384>.isValidAuthenticationCode(code, authenticating: message, using: key)
        case .hs512:
            HMAC<SHA512>.isValidAuthenticationCode(code, authenticating: message, using: key)
        default: false
        }
    }
}
