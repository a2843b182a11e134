package import Crypto
package import CryptoExtras
import Foundation
package import JSON

/// An authenticator and a browser in one, for tests: it makes one credential and signs with it.
///
/// Each of its parts can be made to lie.
package struct VirtualAuthenticator {
    package enum Key {
        case es256(P256.Signing.PrivateKey)
        case edDSA(Curve25519.Signing.PrivateKey)
        case rs256(_RSA.Signing.PrivateKey)
    }

    package var key: Key
    package var credentialID: [UInt8]
    package var relyingPartyID = "example.org"
    package var origin = "https://example.org"
    /// UP, UV, BE, BS.
    package var flags: UInt8 = 0x05
    package var counter: UInt32 = 0
    package var userHandle: [UInt8]?
    package var isSelfAttesting = false
    /// What the client data says beside type, challenge and origin: JSON members with a comma before.
    package var extraClientData = ",\"crossOrigin\":false"
    package var extensions: [UInt8] = []

    package init(_ key: Key = .es256(P256.Signing.PrivateKey())) {
        self.key = key
        var generator = SystemRandomNumberGenerator()
        credentialID = (0..<32).map { _ in generator.next() }
    }

    // MARK: - Messages

    package func clientData(type: String, challenge: [UInt8]) -> [UInt8] {
        let text = Self.base64URL(challenge)
        return Array(
            "{\"type\":\"\(type)\",\"challenge\":\"\(text)\",\"origin\":\"\(origin)\"\(extraClientData)}"
                .utf8
        )
    }

    package func authenticatorData(withCredential: Bool) -> [UInt8] {
        var flags = flags
        if withCredential { flags |= 0x40 }
        if !extensions.isEmpty { flags |= 0x80 }
        let counter = (0..<4).map { UInt8(truncatingIfNeeded: self.counter >> UInt32(24 - 8 * $0)) }
        var data = Array(SHA256.hash(data: Array(relyingPartyID.utf8))) + [flags] + counter
        if withCredential {
            data += [UInt8](repeating: 0, count: 16)
            data += [UInt8(credentialID.count >> 8), UInt8(credentialID.count & 0xFF)]
            data += credentialID + publicKey
        }
        return data + extensions
    }

    package func attestationObject(data: [UInt8], clientData: [UInt8]) throws -> [UInt8] {
        var statement: [(key: [UInt8], value: [UInt8])] = []
        if isSelfAttesting {
            let signature = try sign(data + Array(SHA256.hash(data: clientData)))
            statement = [
                (CBORBytes.text("alg"), CBORBytes.integer(algorithm)),
                (CBORBytes.text("sig"), CBORBytes.bytes(signature)),
            ]
        }
        return Self.attestationObject(
            format: isSelfAttesting ? "packed" : "none",
            statement: CBORBytes.map(statement),
            data: data
        )
    }

    package static func attestationObject(
        format: String,
        statement: [UInt8],
        data: [UInt8]
    ) -> [UInt8] {
        CBORBytes.map([
            (CBORBytes.text("fmt"), CBORBytes.text(format)),
            (CBORBytes.text("attStmt"), statement),
            (CBORBytes.text("authData"), CBORBytes.bytes(data)),
        ])
    }

    /// `RegistrationResponseJSON`.
    package func registration(challenge: [UInt8]) throws -> JSONValue {
        let clientData = clientData(type: "webauthn.create", challenge: challenge)
        let data = authenticatorData(withCredential: true)
        let object = try attestationObject(data: data, clientData: clientData)
        return credential([
            "clientDataJSON": .string(Self.base64URL(clientData)),
            "attestationObject": .string(Self.base64URL(object)),
            "transports": ["internal", "hybrid"],
        ])
    }

    /// `AuthenticationResponseJSON`.
    package func assertion(challenge: [UInt8]) throws -> JSONValue {
        let clientData = clientData(type: "webauthn.get", challenge: challenge)
        let data = authenticatorData(withCredential: false)
        let signature = try sign(data + Array(SHA256.hash(data: clientData)))
        return assertion(data: data, clientData: clientData, signature: signature)
    }

    package func assertion(
        data: [UInt8],
        clientData: [UInt8],
        signature: [UInt8]
    ) -> JSONValue {
        credential([
            "clientDataJSON": .string(Self.base64URL(clientData)),
            "authenticatorData": .string(Self.base64URL(data)),
            "signature": .string(Self.base64URL(signature)),
            "userHandle": userHandle.map { .string(Self.base64URL($0)) } ?? .null,
        ])
    }

    private func credential(_ response: JSONValue) -> JSONValue {
        [
            "id": .string(Self.base64URL(credentialID)),
            "rawId": .string(Self.base64URL(credentialID)),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": [:],
            "response": response,
        ]
    }

    // MARK: - The key

    package var algorithm: Int64 {
        switch key {
        case .es256: -7
        case .edDSA: -8
        case .rs256: -257
        }
    }

    package func sign(_ message: [UInt8]) throws -> [UInt8] {
        switch key {
        case .es256(let key): Array(try key.signature(for: message).derRepresentation)
        case .edDSA(let key): Array(try key.signature(for: message))
        case .rs256(let key):
            Array(
                try key.signature(
                    for: SHA256.hash(data: message),
                    padding: .insecurePKCS1v1_5
                ).rawRepresentation
            )
        }
    }

    /// The `COSE_Key`.
    package var publicKey: [UInt8] {
        typealias CBOR = CBORBytes
        switch key {
        case .es256(let key):
            let point = Array(key.publicKey.rawRepresentation)
            return CBOR.map([
                (CBOR.integer(1), CBOR.integer(2)), (CBOR.integer(3), CBOR.integer(-7)),
                (CBOR.integer(-1), CBOR.integer(1)),
                (CBOR.integer(-2), CBOR.bytes(Array(point[..<32]))),
                (CBOR.integer(-3), CBOR.bytes(Array(point[32...]))),
            ])
        case .edDSA(let key):
            return CBOR.map([
                (CBOR.integer(1), CBOR.integer(1)), (CBOR.integer(3), CBOR.integer(-8)),
                (CBOR.integer(-1), CBOR.integer(6)),
                (CBOR.integer(-2), CBOR.bytes(Array(key.publicKey.rawRepresentation))),
            ])
        case .rs256(let key):
            let numbers = try? key.publicKey.getKeyPrimitives()
            return CBOR.map([
                (CBOR.integer(1), CBOR.integer(3)), (CBOR.integer(3), CBOR.integer(-257)),
                (CBOR.integer(-1), CBOR.bytes(Array(numbers?.modulus ?? Data()))),
                (CBOR.integer(-2), CBOR.bytes(Array(numbers?.publicExponent ?? Data()))),
            ])
        }
    }

    package static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    package static func bytes(base64URL text: String) -> [UInt8]? {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - standard.count % 4) % 4)
        return Data(base64Encoded: standard + padding).map { Array($0) }
    }
}
