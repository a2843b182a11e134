import Crypto
import CryptoExtras
import JSON
import SoftwareAuthenticator
import Testing

@testable import Authenticators

@Suite struct RegistrationTests {
    private let challenge = [UInt8].webAuthnChallenge()

    private func verify(
        _ authenticator: VirtualAuthenticator,
        party: RelyingParty = .example,
        requiresVerification: Bool = true
    ) throws -> Passkey {
        try RegistrationResponse(authenticator.registration(challenge: challenge))
            .verify(challenge: challenge, for: party, requiresVerification: requiresVerification)
    }

    @Test(arguments: [false, true])
    func `every kind of key, with and without self attestation`(isSelfAttesting: Bool) throws {
        for key: VirtualAuthenticator.Key in [
            .es256(P256.Signing.PrivateKey()), .edDSA(Curve25519.Signing.PrivateKey()),
            .rs256(try _RSA.Signing.PrivateKey(keySize: .bits2048)),
        ] {
            var authenticator = VirtualAuthenticator(key)
            authenticator.isSelfAttesting = isSelfAttesting
            authenticator.flags = 0x1D
            authenticator.counter = 7
            let passkey = try verify(authenticator)
            #expect(passkey.id == authenticator.credentialID)
            #expect(passkey.publicKey == authenticator.publicKey)
            #expect(passkey.counter == 7)
            #expect(passkey.isBackupEligible && passkey.isBackedUp)
            #expect(passkey.transports == ["hybrid", "internal"])
            #expect(try COSEKey(passkey.publicKey).algorithm.rawValue == authenticator.algorithm)
        }
    }

    /// What is changed, and what it has to be refused for.
    static let lies: [(WebAuthnError, @Sendable (inout VirtualAuthenticator) -> Void)] = [
        (.wrongOrigin, { $0.origin = "https://example.org.evil.example" }),
        (.wrongOrigin, { $0.origin = "http://example.org" }),
        (.wrongOrigin, { $0.origin = "https://example.org:444" }),
        (.wrongOrigin, { $0.origin = "https://sub.example.org" }),
        (.wrongOrigin, { $0.origin = "https://EXAMPLE.org" }),
        (.wrongOrigin, { $0.origin = "https://example.org/" }),
        (.wrongOrigin, { $0.origin = "" }),
        (.wrongRelyingParty, { $0.relyingPartyID = "example.com" }),
        (.userNotPresent, { $0.flags = 0x04 }),
        (.userNotVerified, { $0.flags = 0x01 }),
        (.inconsistentBackup, { $0.flags = 0x15 }),
        (.crossOrigin, { $0.extraClientData = ",\"crossOrigin\":true" }),
        (
            .crossOrigin,
            { $0.extraClientData = ",\"crossOrigin\":true,\"topOrigin\":\"https://example.com\"" }
        ),
        (.crossOrigin, { $0.extraClientData = ",\"topOrigin\":\"https://example.com\"" }),
        (.malformedClientData, { $0.extraClientData = ",\"crossOrigin\":\"true\"" }),
        (.malformedClientData, { $0.extraClientData = ",\"topOrigin\":1" }),
        // A member twice: whoever reads the other one sees another message.
        (.malformedClientData, { $0.extraClientData = ",\"origin\":\"https://evil.example\"" }),
        (.malformedAuthenticatorData, { $0.extensions = [0x01] }),
        (.malformedAuthenticatorData, { $0.extensions = [0xA0, 0x00] }),
        (.malformedResponse, { $0.credentialID = [] }),
        (.malformedResponse, { $0.credentialID = [UInt8](repeating: 1, count: 1024) }),
    ]

    @Test(arguments: lies.indices) func `a lie is found`(index: Int) {
        let (error, change) = Self.lies[index]
        var authenticator = VirtualAuthenticator()
        change(&authenticator)
        #expect(throws: error) { try verify(authenticator) }
    }

    @Test func `extensions that nobody asked for are passed over`() throws {
        var authenticator = VirtualAuthenticator()
        authenticator.extensions = CBORBytes.map([
            (CBORBytes.text("credProtect"), CBORBytes.integer(2))
        ])
        #expect(try verify(authenticator).id == authenticator.credentialID)
    }

    @Test func `an assertion is no registration`() throws {
        let authenticator = VirtualAuthenticator()
        let clientData = authenticator.clientData(type: "webauthn.get", challenge: challenge)
        let data = authenticator.authenticatorData(withCredential: true)
        let response = RegistrationResponse(
            id: authenticator.credentialID,
            clientData: clientData,
            attestationObject: try authenticator.attestationObject(
                data: data,
                clientData: clientData
            )
        )
        #expect(throws: WebAuthnError.wrongType) {
            try response.verify(challenge: challenge, for: .example, requiresVerification: true)
        }
    }

    @Test func `the ids within and without have to agree`() throws {
        let authenticator = VirtualAuthenticator()
        var other = authenticator
        other.credentialID = VirtualAuthenticator().credentialID
        let json = try authenticator.registration(challenge: challenge)
        let otherJSON = try other.registration(challenge: challenge)
        for name in ["id", "rawId"] {
            let mixed = json.replacing(name, with: otherJSON[name])
            #expect(throws: WebAuthnError.malformedResponse) { try RegistrationResponse(mixed) }
        }
        let both = json.replacing("id", with: otherJSON["id"])
            .replacing("rawId", with: otherJSON["rawId"])
        #expect(throws: WebAuthnError.malformedResponse) {
            try RegistrationResponse(both)
                .verify(challenge: challenge, for: .example, requiresVerification: true)
        }
    }

    @Test(arguments: ["packed", "fido-u2f", "tpm", "apple", "android-key", "PACKED", ""])
    func `attestations with certificates are refused`(format: String) {
        let authenticator = VirtualAuthenticator()
        let clientData = authenticator.clientData(type: "webauthn.create", challenge: challenge)
        let object = VirtualAuthenticator.attestationObject(
            format: format,
            statement: CBORBytes.map([
                (CBORBytes.text("alg"), CBORBytes.integer(-7)),
                (CBORBytes.text("sig"), CBORBytes.bytes([1, 2, 3])),
                (CBORBytes.text("x5c"), CBORBytes.array([CBORBytes.bytes([0x30])])),
            ]),
            data: authenticator.authenticatorData(withCredential: true)
        )
        let response = RegistrationResponse(
            id: authenticator.credentialID,
            clientData: clientData,
            attestationObject: object
        )
        #expect(throws: WebAuthnError.unsupportedAttestation) {
            try response.verify(challenge: challenge, for: .example, requiresVerification: true)
        }
    }

    @Test func `a self attestation of another key or another ceremony is refused`() throws {
        var authenticator = VirtualAuthenticator()
        authenticator.isSelfAttesting = true
        let clientData = authenticator.clientData(type: "webauthn.create", challenge: challenge)
        let otherData = authenticator.clientData(type: "webauthn.create", challenge: [1])
        let data = authenticator.authenticatorData(withCredential: true)
        var forger = authenticator
        forger.key = .es256(P256.Signing.PrivateKey())
        for object in [
            try forger.attestationObject(data: data, clientData: clientData),
            try authenticator.attestationObject(data: data, clientData: otherData),
        ] {
            let response = RegistrationResponse(
                id: authenticator.credentialID,
                clientData: clientData,
                attestationObject: object
            )
            #expect(throws: WebAuthnError.invalidSignature) {
                try response.verify(challenge: challenge, for: .example, requiresVerification: true)
            }
        }
    }

    @Test func `every byte of a self-attested registration counts`() throws {
        var authenticator = VirtualAuthenticator()
        authenticator.isSelfAttesting = true
        let clientData = authenticator.clientData(type: "webauthn.create", challenge: challenge)
        let data = authenticator.authenticatorData(withCredential: true)
        let object = try authenticator.attestationObject(data: data, clientData: clientData)
        func isAccepted(_ clientData: [UInt8], _ object: [UInt8]) -> Bool {
            let response = RegistrationResponse(
                id: authenticator.credentialID,
                clientData: clientData,
                attestationObject: object
            )
            let passkey = try? response.verify(
                challenge: challenge,
                for: .example,
                requiresVerification: true
            )
            return passkey != nil
        }
        #expect(isAccepted(clientData, object))
        for index in object.indices {
            for mask: UInt8 in [0x01, 0x80, 0xFF] {
                var changed = object
                changed[index] ^= mask
                #expect(!isAccepted(clientData, changed), "byte \(index) of the attestation")
            }
            #expect(!isAccepted(clientData, Array(object[..<index])))
        }
        for index in clientData.indices {
            var changed = clientData
            changed[index] ^= 0x01
            #expect(!isAccepted(changed, object), "byte \(index) of the client data")
        }
        #expect(!isAccepted(clientData, object + [0]))
    }

    @Test func `the options are as the browser takes them`() throws {
        let passkey = Passkey(
            id: [1, 2, 3],
            publicKey: [],
            counter: 0,
            isBackupEligible: false,
            isBackedUp: false,
            transports: ["usb"]
        )
        let options = CreationOptions(
            party: .example,
            user: CreationOptions.User(handle: [0xFF, 0xFE], name: "ann", displayName: "Ann"),
            challenge: [0xFB, 0xEF],
            excluded: [passkey],
            isDiscoverable: true,
            verification: .required,
            timeout: 300_000
        )
        #expect(
            options.json.description == """
                {"rp":{"id":"example.org","name":"Example"},\
                "user":{"id":"__4","name":"ann","displayName":"Ann"},"challenge":"--8",\
                "pubKeyCredParams":[{"type":"public-key","alg":-7},{"type":"public-key","alg":-8},\
                {"type":"public-key","alg":-257}],"timeout":300000,\
                "excludeCredentials":[{"type":"public-key","id":"AQID","transports":["usb"]}],\
                "authenticatorSelection":{"residentKey":"required","requireResidentKey":true,\
                "userVerification":"required"},"attestation":"none"}
                """
        )
    }

    @Test func `only words are kept of the transports`() throws {
        let json = try VirtualAuthenticator().registration(challenge: challenge)
        let response = json["response"]?.replacing(
            "transports",
            with: ["usb", "usb", 1, "<script>", "", .string(String(repeating: "a", count: 33))]
        )
        let passkey = try RegistrationResponse(json.replacing("response", with: response))
            .verify(challenge: challenge, for: .example, requiresVerification: true)
        #expect(passkey.transports == ["usb"])
    }
}

extension JSONValue {
    /// An object with another value for one of its members.
    func replacing(_ name: String, with value: JSONValue?) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(
            members.filter { $0.name != name } + (value.map { [Member(name, $0)] } ?? [])
        )
    }
}
