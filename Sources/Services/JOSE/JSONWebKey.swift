import Bytes
import Crypto
import CryptoExtras
package import JSON

/// A key that verifies signatures, read from a JSON Web Key (RFC 7517; RFC 7518, 6; RFC 8037, 2).
///
/// Refused are keys that are too weak (RSA below 2048 bits or with an exponent of 1 or an even one,
/// secrets shorter than the hash, the primes of ROCA), points that are not on their curve, values
/// that are not written as the RFC has them, and keys that say they are for something else: `use`,
/// `key_ops` and `alg` are kept to. Of a private key the public half is read.
package struct JSONWebKey: Sendable {
    /// The key's `kid`.
    package let id: String?
    /// The algorithms it verifies: one, where its `alg` says so or its curve has no other.
    package let algorithms: Set<SignatureAlgorithm>
    let material: KeyMaterial

    /// Whether it is the secret of a MAC.
    package var isSymmetric: Bool { material.isSymmetric }

    package init(_ json: JSONValue) throws(JOSEError) {
        guard case .object = json else { throw .unusableKey("it is no object") }
        id = try Self.text("kid", of: json)
        let type = try Self.text("kty", of: json)
        switch type {
        case "RSA": material = try Self.rsa(json)
        case "EC": material = try Self.curve(json)
        case "OKP": material = try Self.edwards(json)
        case "oct": material = try Self.secret(json)
        default: throw .unusableKey("its \"kty\" is none of RSA, EC, OKP and oct")
        }
        try Self.checkPurpose(json)
        algorithms = try Self.algorithms(of: material, json)
        guard !algorithms.isEmpty else { throw .unusableKey("it is too short") }
    }

    /// Whether `signature` is one of `message`; both as bytes, the signature as RFC 7518, 3, has
    /// it.
    package func isValid(
        _ signature: [UInt8],
        of message: [UInt8],
        algorithm: SignatureAlgorithm
    ) -> Bool {
        algorithms.contains(algorithm)
            && material.isValid(signature, of: message, algorithm: algorithm)
    }

    private static func checkPurpose(_ json: JSONValue) throws(JOSEError) {
        if let use = json["use"], use != "sig" { throw .unusableKey("its \"use\" is not \"sig\"") }
        guard let operations = json["key_ops"] else { return }
        guard case .array(let names) = operations, names.contains("verify") else {
            throw .unusableKey("its \"key_ops\" lack \"verify\"")
        }
    }

    private static func algorithms(
        of material: KeyMaterial,
        _ json: JSONValue
    ) throws(JOSEError) -> Set<SignatureAlgorithm> {
        guard let name = try text("alg", of: json) else { return material.algorithms }
        // ES521 is a slip for ES512 that keys in the field have, after their curve.
        let algorithm = SignatureAlgorithm(rawValue: name == "ES521" ? "ES512" : name)
        guard let algorithm, material.algorithms.contains(algorithm) else {
            throw .unusableKey("its \"alg\" is not one that it can be used with")
        }
        return [algorithm]
    }
}

// MARK: - The kinds of keys

extension JSONWebKey {
    private static func rsa(_ json: JSONValue) throws(JOSEError) -> KeyMaterial {
        let modulus = RSAModulus(bytes: try bytes("n", of: json))
        let exponent = try bytes("e", of: json)
        // Numbers are written without leading zeros (RFC 7518, 2).
        guard let last = modulus.bytes.last, modulus.bytes.first != 0, last & 1 == 1,
            RSAModulus.sizes.contains(modulus.bitCount)
        else { throw .unusableKey("its modulus has not 2048 to 8192 bits") }
        guard let last = exponent.last, exponent.first != 0, exponent.count <= 4, last & 1 == 1,
            exponent != [1]
        else { throw .unusableKey("its exponent is not an odd number from 3 to 2^32") }
        guard !modulus.isOfWeakGenerator else {
            throw .unusableKey("its primes can be found (CVE-2017-15361)")
        }
        guard let key = try? _RSA.Signing.PublicKey(n: modulus.bytes, e: exponent) else {
            throw .unusableKey("it is no RSA key")
        }
        return .rsa(key)
    }

    private static func curve(_ json: JSONValue) throws(JOSEError) -> KeyMaterial {
        let x = try bytes("x", of: json)
        let y = try bytes("y", of: json)
        let point = [0x04] + x + y
        let name = try text("crv", of: json)
        let size = ["P-256": 32, "P-384": 48, "P-521": 66][name ?? ""]
        guard let size else { throw .unusableKey("its \"crv\" is none of P-256, P-384 and P-521") }
        // Each coordinate has the full length of the curve (RFC 7518, 6.2.1.2).
        guard x.count == size, y.count == size else {
            throw .unusableKey("its coordinates have not \(size) bytes each")
        }
        let material: KeyMaterial? =
            switch size {
            case 32: (try? P256.Signing.PublicKey(x963Representation: point)).map { .p256($0) }
            case 48: (try? P384.Signing.PublicKey(x963Representation: point)).map { .p384($0) }
            default: (try? P521.Signing.PublicKey(x963Representation: point)).map { .p521($0) }
            }
        guard let material else { throw .unusableKey("its point is not on its curve") }
        return material
    }

    private static func edwards(_ json: JSONValue) throws(JOSEError) -> KeyMaterial {
        guard try text("crv", of: json) == "Ed25519" else {
            throw .unusableKey("its \"crv\" is not Ed25519")
        }
        let x = try bytes("x", of: json)
        guard x.count == 32, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x)
        else { throw .unusableKey("its \"x\" has not 32 bytes") }
        return .ed25519(key)
    }

    private static func secret(_ json: JSONValue) throws(JOSEError) -> KeyMaterial {
        let secret = try bytes("k", of: json)
        guard secret.count >= 32 else { throw .unusableKey("its secret has fewer than 32 bytes") }
        return .secret(SymmetricKey(data: secret))
    }

    private static func text(_ name: String, of json: JSONValue) throws(JOSEError) -> String? {
        guard let member = json[name] else { return nil }
        guard let text = member.stringValue else {
            throw .unusableKey("its \"\(name)\" is no string")
        }
        return text
    }

    private static func bytes(_ name: String, of json: JSONValue) throws(JOSEError) -> [UInt8] {
        guard let text = try text(name, of: json), let bytes = Base64.url.decode(text) else {
            throw .unusableKey("its \"\(name)\" is missing or no base64url without padding")
        }
        return bytes
    }
}
