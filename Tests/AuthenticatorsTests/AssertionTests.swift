import Crypto
import CryptoExtras
import JSON
import SoftwareAuthenticator
import Testing

@testable import Authenticators

@Suite struct AssertionTests {
    private let challenge = [UInt8].webAuthnChallenge()
    private let owner = Array("ann".utf8)

    private func passkey(_ authenticator: VirtualAuthenticator, counter: UInt32 = 0) -> Passkey {
        Passkey(
            id: authenticator.credentialID,
            publicKey: authenticator.publicKey,
            counter: counter,
            isBackupEligible: authenticator.flags & 0x08 != 0,
            isBackedUp: false
        )
    }

    private func verify(
        _ authenticator: VirtualAuthenticator,
        as passkey: Passkey,
        requiresVerification: Bool = true
    ) throws -> AssertionResponse.Outcome {
        try AssertionResponse(authenticator.assertion(challenge: challenge)).verify(
            with: passkey,
            of: owner,
            challenge: challenge,
            for: .example,
            requiresVerification: requiresVerification
        )
    }

    @Test func `every kind of key`() throws {
        for key: VirtualAuthenticator.Key in [
            .es256(P256.Signing.PrivateKey()), .edDSA(Curve25519.Signing.PrivateKey()),
            .rs256(try _RSA.Signing.PrivateKey(keySize: .bits2048)),
        ] {
            var authenticator = VirtualAuthenticator(key)
            authenticator.counter = 3
            authenticator.userHandle = owner
            let outcome = try verify(authenticator, as: passkey(authenticator, counter: 2))
            #expect(outcome.counter == 3)
            #expect(outcome.isUserVerified)
            #expect(!outcome.isBackedUp)
        }
    }

    @Test(arguments: RegistrationTests.lies.indices) func `a lie is found`(index: Int) {
        let (error, change) = RegistrationTests.lies[index]
        var authenticator = VirtualAuthenticator()
        let honest = passkey(authenticator)
        change(&authenticator)
        guard authenticator.credentialID == honest.id else { return }
        #expect(throws: error) { try verify(authenticator, as: honest) }
    }

    @Test func `without verification it counts as present only`() throws {
        var authenticator = VirtualAuthenticator()
        authenticator.flags = 0x01
        let kept = passkey(authenticator)
        #expect(try !verify(authenticator, as: kept, requiresVerification: false).isUserVerified)
        #expect(throws: WebAuthnError.userNotVerified) { try verify(authenticator, as: kept) }
    }

    @Test(arguments: [
        (stored: 0, new: 0, isAccepted: true), (0, 1, true), (5, 6, true), (5, .max, true),
        (5, 5, false), (5, 4, false), (5, 0, false), (.max, 0, false), (.max, .max, false),
    ])
    func `the counter has to go on`(stored: UInt32, new: UInt32, isAccepted: Bool) {
        var authenticator = VirtualAuthenticator()
        authenticator.counter = new
        let kept = passkey(authenticator, counter: stored)
        if isAccepted {
            #expect(throws: Never.self) { try verify(authenticator, as: kept) }
        } else {
            #expect(throws: WebAuthnError.counterWentBack) { try verify(authenticator, as: kept) }
        }
    }

    @Test func `a credential of another account is refused`() throws {
        var authenticator = VirtualAuthenticator()
        let kept = passkey(authenticator)
        authenticator.userHandle = Array("ben".utf8)
        #expect(throws: WebAuthnError.wrongUser) { try verify(authenticator, as: kept) }
        #expect(throws: WebAuthnError.unknownCredential) {
            try verify(authenticator, as: passkey(VirtualAuthenticator()))
        }
    }

    @Test func `a key of another credential signs nothing`() throws {
        let authenticator = VirtualAuthenticator()
        var forger = authenticator
        for key: VirtualAuthenticator.Key in [
            .es256(P256.Signing.PrivateKey()), .edDSA(Curve25519.Signing.PrivateKey()),
        ] {
            forger.key = key
            #expect(throws: WebAuthnError.invalidSignature) {
                try verify(forger, as: passkey(authenticator))
            }
        }
    }

    @Test func `a registration is no assertion`() throws {
        let authenticator = VirtualAuthenticator()
        let clientData = authenticator.clientData(type: "webauthn.create", challenge: challenge)
        let data = authenticator.authenticatorData(withCredential: false)
        let response = AssertionResponse(
            credentialID: authenticator.credentialID,
            userHandle: nil,
            clientData: clientData,
            authenticatorData: data,
            signature: try authenticator.sign(data + Array(SHA256.hash(data: clientData)))
        )
        #expect(throws: WebAuthnError.wrongType) { try verify(response, authenticator) }
    }

    @Test func `an assertion brings no new credential, and keeps its backup flag`() throws {
        let authenticator = VirtualAuthenticator()
        let clientData = authenticator.clientData(type: "webauthn.get", challenge: challenge)
        let data = authenticator.authenticatorData(withCredential: true)
        let response = AssertionResponse(
            credentialID: authenticator.credentialID,
            userHandle: nil,
            clientData: clientData,
            authenticatorData: data,
            signature: try authenticator.sign(data + Array(SHA256.hash(data: clientData)))
        )
        #expect(throws: WebAuthnError.malformedAuthenticatorData) {
            try verify(response, authenticator)
        }
        var changed = authenticator
        changed.flags = 0x0D
        #expect(throws: WebAuthnError.inconsistentBackup) {
            try verify(changed, as: passkey(authenticator))
        }
    }

    private func verify(
        _ response: AssertionResponse,
        _ authenticator: VirtualAuthenticator
    ) throws(WebAuthnError) -> AssertionResponse.Outcome {
        try response.verify(
            with: passkey(authenticator),
            of: owner,
            challenge: challenge,
            for: .example,
            requiresVerification: true
        )
    }

    @Test func `every byte of an assertion counts`() throws {
        var keys: [VirtualAuthenticator.Key] = [.es256(P256.Signing.PrivateKey())]
        keys.append(.edDSA(Curve25519.Signing.PrivateKey()))
        for key in keys {
            let authenticator = VirtualAuthenticator(key)
            let clientData = authenticator.clientData(type: "webauthn.get", challenge: challenge)
            let data = authenticator.authenticatorData(withCredential: false)
            let signature = try authenticator.sign(data + Array(SHA256.hash(data: clientData)))
            func isAccepted(_ data: [UInt8], _ clientData: [UInt8], _ signature: [UInt8]) -> Bool {
                let response = AssertionResponse(
                    credentialID: authenticator.credentialID,
                    userHandle: nil,
                    clientData: clientData,
                    authenticatorData: data,
                    signature: signature
                )
                return (try? verify(response, authenticator)) != nil
            }
            #expect(isAccepted(data, clientData, signature))
            for mask: UInt8 in [0x01, 0x10, 0x80, 0xFF] {
                for index in data.indices {
                    #expect(!isAccepted(data.flipped(index, mask), clientData, signature))
                }
                for index in clientData.indices {
                    #expect(!isAccepted(data, clientData.flipped(index, mask), signature))
                }
                for index in signature.indices {
                    #expect(!isAccepted(data, clientData, signature.flipped(index, mask)))
                }
            }
            for count in data.indices {
                #expect(!isAccepted(Array(data[..<count]), clientData, signature))
            }
            for count in signature.indices {
                #expect(!isAccepted(data, clientData, Array(signature[..<count])))
            }
            #expect(!isAccepted(data, clientData, signature + [0]))
        }
    }

    @Test func `answers that are none are refused`() throws {
        let json = try VirtualAuthenticator().assertion(challenge: challenge)
        let response = try #require(json["response"])
        var wrong: [JSONValue] = [.null, [], "text", [:], .integer(1)]
        for name in ["id", "type", "response"] {
            wrong += [nil, .null, 1, "", "a=", "public key", []].map {
                json.replacing(name, with: $0)
            }
        }
        for name in ["clientDataJSON", "authenticatorData", "signature"] {
            wrong += [
                nil, .null, 1, "*", "A", "AA==", .string(String(repeating: "A", count: 20_000)),
            ]
            .map { json.replacing("response", with: response.replacing(name, with: $0)) }
        }
        wrong += [1, "*", .string(String(repeating: "A", count: 100))].map {
            json.replacing("response", with: response.replacing("userHandle", with: $0))
        }
        for json in wrong {
            #expect(throws: WebAuthnError.malformedResponse, "\(json)") {
                try AssertionResponse(json)
            }
        }
    }
}

extension [UInt8] {
    fileprivate func flipped(_ index: Int, _ mask: UInt8) -> [UInt8] {
        var bytes = self
        bytes[index] ^= mask
        return bytes
    }
}
