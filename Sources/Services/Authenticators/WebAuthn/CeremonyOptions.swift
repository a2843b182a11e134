import Bytes
import JOSE
package import JSON

/// What a page passes to `navigator.credentials.create()` (WebAuthn 5.4): the object that
/// `PublicKeyCredential.parseCreationOptionsFromJSON()` takes.
package struct CreationOptions: Sendable {
    package struct User: Sendable {
        /// 1 to 64 bytes that say nothing of the person: the answer of a discoverable credential.
        package let handle: [UInt8]
        /// What tells accounts apart for the person: an address or a handle.
        package let name: String
        package let displayName: String

        package init(handle: [UInt8], name: String, displayName: String) {
            self.handle = handle
            self.name = name
            self.displayName = displayName
        }
    }

    package let party: RelyingParty
    package let user: User
    package let challenge: [UInt8]
    /// Credentials that the account has: their authenticators are not to make a second one.
    package let excluded: [Passkey]
    /// Whether the authenticator has to store it, so that it can sign in without a name typed.
    package let isDiscoverable: Bool
    package let verification: UserVerification
    /// Milliseconds.
    package let timeout: Int64

    package init(
        party: RelyingParty,
        user: User,
        challenge: [UInt8],
        excluded: [Passkey],
        isDiscoverable: Bool,
        verification: UserVerification,
        timeout: Int64
    ) {
        self.party = party
        self.user = user
        self.challenge = challenge
        self.excluded = excluded
        self.isDiscoverable = isDiscoverable
        self.verification = verification
        self.timeout = timeout
    }

    /// `PublicKeyCredentialCreationOptionsJSON`.
    package var json: JSONValue {
        [
            "rp": ["id": .string(party.id), "name": .string(party.name)],
            "user": [
                "id": .string(Base64.url.encode(user.handle)),
                "name": .string(user.name),
                "displayName": .string(user.displayName),
            ],
            "challenge": .string(Base64.url.encode(challenge)),
            // In the order that is preferred.
            "pubKeyCredParams": .array(
                [COSEAlgorithm.es256, .edDSA, .rs256].map {
                    ["type": "public-key", "alg": .integer($0.rawValue)]
                }
            ),
            "timeout": .integer(timeout),
            "excludeCredentials": .array(excluded.map(\.descriptor)),
            "authenticatorSelection": [
                "residentKey": .string(isDiscoverable ? "required" : "preferred"),
                "requireResidentKey": .bool(isDiscoverable),
                "userVerification": .string(verification.rawValue),
            ],
            "attestation": "none",
        ]
    }
}

/// What a page passes to `navigator.credentials.get()` (WebAuthn 5.5): the object that
/// `PublicKeyCredential.parseRequestOptionsFromJSON()` takes.
package struct RequestOptions: Sendable {
    package let party: RelyingParty
    package let challenge: [UInt8]
    /// Which credentials will do; none means any discoverable one.
    package let allowed: [Passkey]
    package let verification: UserVerification
    /// Milliseconds.
    package let timeout: Int64

    package init(
        party: RelyingParty,
        challenge: [UInt8],
        allowed: [Passkey],
        verification: UserVerification,
        timeout: Int64
    ) {
        self.party = party
        self.challenge = challenge
        self.allowed = allowed
        self.verification = verification
        self.timeout = timeout
    }

    /// `PublicKeyCredentialRequestOptionsJSON`.
    package var json: JSONValue {
        [
            "challenge": .string(Base64.url.encode(challenge)),
            "timeout": .integer(timeout),
            "rpId": .string(party.id),
            "allowCredentials": .array(allowed.map(\.descriptor)),
            "userVerification": .string(verification.rawValue),
        ]
    }
}

extension Passkey {
    /// `PublicKeyCredentialDescriptorJSON`.
    fileprivate var descriptor: JSONValue {
        [
            "type": "public-key",
            "id": .string(Base64.url.encode(id)),
            "transports": .array(transports.map { .string($0) }),
        ]
    }
}

extension [UInt8] {
    /// A new challenge: 256 bits that nobody can guess.
    package static func webAuthnChallenge() -> [UInt8] { .random(count: 32) }
}
