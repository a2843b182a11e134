import Crypto
import CryptoExtras
import SoftwareAuthenticator
import Testing

@testable import Authenticators

@Suite struct COSEKeyTests {
    private typealias CBOR = CBORBytes

    private func map(_ entries: [(Int64, [UInt8])]) -> [UInt8] {
        CBOR.map(entries.map { (CBOR.integer($0), $1) })
    }

    private let point = Array(P256.Signing.PrivateKey().publicKey.rawRepresentation)

    private func p256(
        type: Int64 = 2,
        algorithm: Int64 = -7,
        curve: Int64 = 1,
        x: [UInt8]? = nil,
        y: [UInt8]? = nil
    ) -> [UInt8] {
        map([
            (1, CBOR.integer(type)), (3, CBOR.integer(algorithm)), (-1, CBOR.integer(curve)),
            (-2, CBOR.bytes(x ?? Array(point[..<32]))), (-3, CBOR.bytes(y ?? Array(point[32...]))),
        ])
    }

    @Test func `keys of other kinds, curves and lengths are refused`() throws {
        #expect(try COSEKey(p256()).algorithm == .es256)
        for (key, error) in [
            (p256(type: 1), WebAuthnError.invalidKey), (p256(type: 3), .invalidKey),
            (p256(curve: 2), .invalidKey), (p256(curve: 8), .invalidKey),
            (p256(algorithm: -35), .unsupportedAlgorithm), (p256(algorithm: -8), .invalidKey),
            (p256(algorithm: -257), .invalidKey), (p256(algorithm: 7), .unsupportedAlgorithm),
            (p256(x: Array(point[..<31])), .invalidKey),
            (p256(x: [0] + Array(point[..<32])), .invalidKey),
            (p256(x: [UInt8](repeating: 0, count: 32)), .invalidKey),
            (p256(y: Array(point[..<32])), .invalidKey), (p256() + [0], .invalidKey),
            ([], .invalidKey), ([0xA0], .invalidKey), (CBOR.integer(1), .invalidKey),
            (map([(1, CBOR.integer(2))]), .unsupportedAlgorithm),
            // The point compressed: y is its sign.
            (
                map([
                    (1, CBOR.integer(2)), (3, CBOR.integer(-7)), (-1, CBOR.integer(1)),
                    (-2, CBOR.bytes(Array(point[..<32]))), (-3, [0xF5]),
                ]), .invalidKey
            ),
        ] {
            #expect(throws: error) { try COSEKey(key) }
        }
    }

    @Test func `RSA keys have 2048 to 4096 bits and a usual exponent`() throws {
        let numbers = try _RSA.Signing.PrivateKey(keySize: .bits2048).publicKey.getKeyPrimitives()
        let modulus = Array(numbers.modulus)
        func key(_ modulus: [UInt8], _ exponent: [UInt8]) -> [UInt8] {
            map([
                (1, CBOR.integer(3)), (3, CBOR.integer(-257)), (-1, CBOR.bytes(modulus)),
                (-2, CBOR.bytes(exponent)),
            ])
        }
        #expect(try COSEKey(key(modulus, [1, 0, 1])).algorithm == .rs256)
        for wrong in [
            key(modulus, [3]), key(modulus, [1]), key(modulus, [1, 0, 0]), key(modulus, [0, 0, 3]),
            key(modulus, [1, 0, 0, 0, 1]), key(modulus, []),
            key(Array(modulus[..<128]), [1, 0, 1]),
            key([0] + modulus, [1, 0, 1]), key(modulus + modulus + [1], [1, 0, 1]),
            key([], [1, 0, 1]),
        ] {
            #expect(throws: WebAuthnError.invalidKey) { try COSEKey(wrong) }
        }
    }

    @Test func `signatures of the wrong form are no signatures`() throws {
        let key = try COSEKey(p256())
        for signature in [[], [0x30], [0x30, 0x00], [UInt8](repeating: 0, count: 64)] {
            #expect(!key.isValid(signature, of: [1, 2, 3]))
        }
        let zeros: [UInt8] = [0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00]
        #expect(!key.isValid(zeros, of: [1, 2, 3]))
    }
}
