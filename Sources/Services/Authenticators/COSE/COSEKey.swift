import Crypto
import CryptoExtras

/// The signatures that are understood (the IANA registry of COSE algorithms).
package enum COSEAlgorithm: Int64, Sendable, CaseIterable {
    /// ECDSA over P-256 with SHA-256.
    case es256 = -7
    /// Ed25519.
    case edDSA = -8
    /// RSASSA-PKCS1-v1_5 with SHA-256: what Windows Hello signs with on many machines.
    case rs256 = -257
}

/// A public key as authenticators write it (RFC 9052, 7; RFC 9053, 7; RFC 8230, 4).
package struct COSEKey: Sendable {
    private enum Key: Sendable {
        case es256(P256.Signing.PublicKey)
        case edDSA(Curve25519.Signing.PublicKey)
        case rs256(_RSA.Signing.PublicKey)
    }

    private let key: Key

    /// Reads a `COSE_Key` that takes up all of `bytes`.
    ///
    /// - Throws: `WebAuthnError.invalidKey` or `.unsupportedAlgorithm`.
    package init(_ bytes: [UInt8]) throws(WebAuthnError) {
        let value: CBORValue
        do throws(CBORError) {
            value = try CBORDecoder.decode(bytes[...])
        } catch {
            throw .invalidKey
        }
        try self.init(value)
    }

    init(_ value: CBORValue) throws(WebAuthnError) {
        guard case .map = value, let type = value[Label.keyType]?.integerValue else {
            throw .invalidKey
        }
        guard let number = value[Label.algorithm]?.integerValue,
            let algorithm = COSEAlgorithm(rawValue: number)
        else { throw .unsupportedAlgorithm }
        key =
            switch (algorithm, type) {
            case (.es256, KeyType.ec2): .es256(try Self.p256(value))
            case (.edDSA, KeyType.okp): .edDSA(try Self.ed25519(value))
            case (.rs256, KeyType.rsa): .rs256(try Self.rsa(value))
            default: throw .invalidKey
            }
    }

    package var algorithm: COSEAlgorithm {
        switch key {
        case .es256: .es256
        case .edDSA: .edDSA
        case .rs256: .rs256
        }
    }

    /// Whether `signature`, in the form that WebAuthn has for the algorithm (6.5.5), is of `message`.
    package func isValid(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        switch key {
        case .es256(let key):
            guard let parsed = try? P256.Signing.ECDSASignature(derRepresentation: signature) else {
                return false
            }
            return key.isValidSignature(parsed, for: message)
        case .edDSA(let key):
            return signature.count == 64 && key.isValidSignature(signature, for: message)
        case .rs256(let key):
            let parsed = _RSA.Signing.RSASignature(rawRepresentation: signature)
            return key.isValidSignature(
                parsed,
                for: SHA256.hash(data: message),
                padding: .insecurePKCS1v1_5
            )
        }
    }
}

extension COSEKey {
    private enum Label {
        static let keyType: Int64 = 1
        static let algorithm: Int64 = 3
        static let curve: Int64 = -1
        static let x: Int64 = -2
        static let y: Int64 = -3
        static let modulus: Int64 = -1
        static let exponent: Int64 = -2
    }

    private enum KeyType {
        static let okp: Int64 = 1
        static let ec2: Int64 = 2
        static let rsa: Int64 = 3
    }

    private static func p256(_ value: CBORValue) throws(WebAuthnError) -> P256.Signing.PublicKey {
        // WebAuthn 5.8.5: on P-256, and not in the compressed form.
        guard value[Label.curve] == .integer(1),
            let x = value[Label.x]?.bytesValue, x.count == 32,
            let y = value[Label.y]?.bytesValue, y.count == 32,
            let key = try? P256.Signing.PublicKey(x963Representation: [4] + x + y)
        else { throw .invalidKey }
        return key
    }

    private static func ed25519(
        _ value: CBORValue
    ) throws(WebAuthnError) -> Curve25519.Signing.PublicKey {
        guard value[Label.curve] == .integer(6),
            let x = value[Label.x]?.bytesValue, x.count == 32,
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x)
        else { throw .invalidKey }
        return key
    }

    private static func rsa(_ value: CBORValue) throws(WebAuthnError) -> _RSA.Signing.PublicKey {
        // 2048 to 4096 bits, and an odd exponent of at least 65537 in at most four bytes.
        guard let modulus = value[Label.modulus]?.bytesValue, (256...512).contains(modulus.count),
            let first = modulus.first, first != 0,
            let exponent = value[Label.exponent]?.bytesValue, (3...4).contains(exponent.count),
            let last = exponent.last, last & 1 == 1,
            exponent.reduce(UInt64(0), { $0 << 8 | UInt64($1) }) >= 65537,
            let key = try? _RSA.Signing.PublicKey(n: modulus, e: exponent)
        else { throw .invalidKey }
        return key
    }
}
