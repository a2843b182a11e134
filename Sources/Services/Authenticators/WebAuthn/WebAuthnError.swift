/// Why a registration or an assertion is refused.
///
/// None carries anything that was presented.
package enum WebAuthnError: Error, Equatable, Sendable, CaseIterable {
    // The message itself.
    case malformedResponse
    case malformedClientData
    case malformedAuthenticatorData
    case malformedAttestation

    // What the client says it did (WebAuthn 7.1 and 7.2, client data).
    case wrongType
    case wrongChallenge
    case wrongOrigin
    case crossOrigin

    // What the authenticator says it did.
    case wrongRelyingParty
    case userNotPresent
    case userNotVerified
    case inconsistentBackup

    // Keys, attestations, signatures.
    case unsupportedAlgorithm
    case invalidKey
    case unsupportedAttestation
    case invalidSignature

    // The credential.
    case unknownCredential
    case wrongUser
    /// The authenticator's counter is not past the last one seen: there may be a copy of it.
    case counterWentBack

    /// What is wrong, as a phrase for whoever builds the client.
    package var explanation: String {
        switch self {
        case .malformedResponse: "the credential is not a PublicKeyCredential's toJSON()"
        case .malformedClientData: "clientDataJSON cannot be read"
        case .malformedAuthenticatorData: "the authenticator data cannot be read"
        case .malformedAttestation: "the attestation object cannot be read"
        case .wrongType: "the client data is of the other ceremony"
        case .wrongChallenge: "the challenge is not the one that was given out"
        case .wrongOrigin: "the page's origin is not one that this app has"
        case .crossOrigin: "the page stood in a frame of another origin"
        case .wrongRelyingParty: "the credential belongs to another domain"
        case .userNotPresent: "the authenticator did not see that anybody was present"
        case .userNotVerified: "the authenticator did not verify its user (PIN, fingerprint, face)"
        case .inconsistentBackup: "the backup flags contradict each other or the registration"
        case .unsupportedAlgorithm: "the key is for an algorithm other than ES256, EdDSA and RS256"
        case .invalidKey: "the credential's public key is not valid"
        case .unsupportedAttestation: "only the attestations none and packed (self) are taken"
        case .invalidSignature: "the signature is not valid"
        case .unknownCredential: "the credential is not known here"
        case .wrongUser: "the credential belongs to somebody else"
        case .counterWentBack: "the authenticator's counter went back: it may have been copied"
        }
    }
}
