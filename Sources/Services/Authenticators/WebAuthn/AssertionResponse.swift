package import JSON

/// What a browser answers to `navigator.credentials.get()`: `AuthenticationResponseJSON`
/// (WebAuthn Level 3, 5.1.8).
package struct AssertionResponse: Sendable {
    /// Which credential it says to be of: what to look the `Passkey` up by.
    package let credentialID: [UInt8]
    /// Whose credential the authenticator says it is; discoverable ones always say.
    package let userHandle: [UInt8]?
    private let clientData: [UInt8]
    private let authenticatorData: [UInt8]
    private let signature: [UInt8]

    /// - Throws: `WebAuthnError.malformedResponse`.
    package init(_ json: JSONValue) throws(WebAuthnError) {
        credentialID = try json.credentialID()
        guard let response = json["response"] else { throw .malformedResponse }
        clientData = try response.bytes("clientDataJSON", atMost: ClientData.maximumLength)
        authenticatorData = try response.bytes(
            "authenticatorData",
            atMost: AuthenticatorData.maximumLength
        )
        signature = try response.bytes("signature", atMost: 1024)
        switch response["userHandle"] {
        case nil, .null: userHandle = nil
        default: userHandle = try response.bytes("userHandle", atMost: 64)
        }
    }

    package init(
        credentialID: [UInt8],
        userHandle: [UInt8]?,
        clientData: [UInt8],
        authenticatorData: [UInt8],
        signature: [UInt8]
    ) {
        self.credentialID = credentialID
        self.userHandle = userHandle
        self.clientData = clientData
        self.authenticatorData = authenticatorData
        self.signature = signature
    }

    /// The challenge that it answers: what to look up, and use up, before anything is believed.
    package func challenge() throws(WebAuthnError) -> [UInt8] {
        try ClientData(clientData).challenge
    }

    /// What an assertion proves.
    package struct Outcome: Sendable, Equatable {
        /// To be kept in place of the passkey's own.
        package let counter: UInt32
        package let isBackedUp: Bool
        /// Whether the authenticator verified its user: only then is it two factors in one.
        package let isUserVerified: Bool
    }

    /// Checks an assertion of `passkey` (WebAuthn Level 3, 7.2).
    ///
    /// What is left to the caller: that the challenge is one of its own and used once; that
    /// `passkey` is kept under `credentialID`, for the account that signs in; that two assertions
    /// at once cannot both be found to be past the same counter.
    package func verify(
        with passkey: Passkey,
        of owner: [UInt8],
        challenge: [UInt8],
        for party: RelyingParty,
        requiresVerification: Bool
    ) throws(WebAuthnError) -> Outcome {
        guard passkey.id == credentialID else { throw .unknownCredential }
        guard userHandle == nil || userHandle == owner else { throw .wrongUser }
        let clientData = try ClientData(clientData)
        try clientData.verify(.get, challenge: challenge, for: party)
        let data = try AuthenticatorData(authenticatorData)
        // WebAuthn 6.1: an assertion carries no new credential.
        guard data.credential == nil else { throw .malformedAuthenticatorData }
        try data.verify(for: party, requiresVerification: requiresVerification)
        guard data.flags.contains(.backupEligible) == passkey.isBackupEligible else {
            throw .inconsistentBackup
        }
        let key = try COSEKey(passkey.publicKey)
        guard key.isValid(signature, of: data.bytes + clientData.hash) else {
            throw .invalidSignature
        }
        // 6.1.1: an authenticator without a counter sends 0 always.
        guard data.counter > passkey.counter || (data.counter == 0 && passkey.counter == 0) else {
            throw .counterWentBack
        }
        return Outcome(
            counter: data.counter,
            isBackedUp: data.flags.contains(.backedUp),
            isUserVerified: data.flags.contains(.userVerified)
        )
    }
}
