import Bytes
import JOSE
package import JSON

/// What a browser answers to `navigator.credentials.create()`: `RegistrationResponseJSON`
/// (WebAuthn Level 3, 5.1.8).
package struct RegistrationResponse: Sendable {
    private let id: [UInt8]
    private let clientData: [UInt8]
    private let attestationObject: [UInt8]
    private let transports: [String]

    /// - Throws: `WebAuthnError.malformedResponse`.
    package init(_ json: JSONValue) throws(WebAuthnError) {
        id = try json.credentialID()
        guard let response = json["response"] else { throw .malformedResponse }
        clientData = try response.bytes("clientDataJSON", atMost: ClientData.maximumLength)
        attestationObject = try response.bytes(
            "attestationObject",
            atMost: Attestation.maximumLength
        )
        transports = Self.transports(response["transports"])
    }

    package init(
        id: [UInt8],
        clientData: [UInt8],
        attestationObject: [UInt8],
        transports: [String] = []
    ) {
        self.id = id
        self.clientData = clientData
        self.attestationObject = attestationObject
        self.transports = transports
    }

    /// The challenge that it answers: what to look up, and use up, before anything is believed.
    package func challenge() throws(WebAuthnError) -> [UInt8] {
        try ClientData(clientData).challenge
    }

    /// Checks a registration (WebAuthn Level 3, 7.1); the credential to be kept.
    ///
    /// What is left to the caller: that the challenge is one of its own and used once, and that no
    /// account has a credential of this id.
    package func verify(
        challenge: [UInt8],
        for party: RelyingParty,
        requiresVerification: Bool
    ) throws(WebAuthnError) -> Passkey {
        let clientData = try ClientData(clientData)
        try clientData.verify(.create, challenge: challenge, for: party)
        let attestation = try Attestation(attestationObject)
        let data = attestation.authenticatorData
        try data.verify(for: party, requiresVerification: requiresVerification)
        let credential = try attestation.verify(clientDataHash: clientData.hash)
        guard credential.id == id else { throw .malformedResponse }
        return Passkey(
            id: credential.id,
            publicKey: credential.publicKey,
            counter: data.counter,
            isBackupEligible: data.flags.contains(.backupEligible),
            isBackedUp: data.flags.contains(.backedUp),
            aaguid: credential.aaguid,
            transports: transports
        )
    }

    /// What a browser tells of transports is passed back to it some day: words only, and few.
    private static func transports(_ json: JSONValue?) -> [String] {
        guard case .array(let values) = json else { return [] }
        let words = values.prefix(8).compactMap(\.stringValue).filter { word in
            (1...32).contains(word.utf8.count)
                && word.utf8.allSatisfy {
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-")
                }
        }
        return Set(words).sorted()
    }
}

extension JSONValue {
    /// The id of a `PublicKeyCredential` in JSON, whose `type`, `id` and `rawId` have to agree.
    func credentialID() throws(WebAuthnError) -> [UInt8] {
        let id = try bytes("id", atMost: AuthenticatorData.maximumIDLength)
        guard self["type"] == "public-key", !id.isEmpty else { throw .malformedResponse }
        if self["rawId"] != nil {
            guard try bytes("rawId", atMost: AuthenticatorData.maximumIDLength) == id else {
                throw .malformedResponse
            }
        }
        return id
    }

    /// A member in base64url.
    func bytes(_ name: String, atMost limit: Int) throws(WebAuthnError) -> [UInt8] {
        guard let text = self[name]?.stringValue, text.utf8.count <= limit / 3 * 4 + 4,
            let bytes = Base64.url.decode(text), bytes.count <= limit
        else { throw .malformedResponse }
        return bytes
    }
}
