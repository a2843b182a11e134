import Testing

@testable import Authenticators

/// The specification's own test vectors (WebAuthn Level 3, 16).
@Suite struct WebAuthnVectorTests {
    @Test func `all of them are there`() {
        #expect(WebAuthnVector.all.count == 8)
        #expect(WebAuthnVector.all.count(where: \.hasAttestation) == 5)
    }

    /// A frame of another origin is refused unless it is agreed which.
    private static let allowed = WebAuthnVector.all.filter { $0.name != "none.ES256.crossOrigin" }

    @Test(arguments: allowed.filter(\.hasAttestation))
    func `registrations`(vector: WebAuthnVector) throws {
        let passkey = try vector.registrationResponse.verify(
            challenge: vector.registration("challenge"),
            for: vector.party,
            requiresVerification: vector.flags & 0x04 != 0
        )
        #expect(passkey == vector.passkey)
        if vector.flags & 0x04 == 0 {
            #expect(throws: WebAuthnError.userNotVerified) {
                try vector.registrationResponse.verify(
                    challenge: vector.registration("challenge"),
                    for: vector.party,
                    requiresVerification: true
                )
            }
        }
    }

    @Test(arguments: allowed)
    func `assertions`(vector: WebAuthnVector) throws {
        let outcome = try vector.assertionResponse.verify(
            with: vector.passkey,
            of: [],
            challenge: vector.assertion("challenge"),
            for: vector.party,
            requiresVerification: false
        )
        let flags = vector.assertion("authenticatorData")[32]
        #expect(outcome.counter == 0)
        #expect(outcome.isUserVerified == (flags & 0x04 != 0))
        #expect(outcome.isBackedUp == (flags & 0x10 != 0))
    }

    @Test(arguments: WebAuthnVector.all.filter { $0.name.hasSuffix("Origin") })
    func `frames of other origins are refused unless agreed`(vector: WebAuthnVector) {
        #expect(throws: WebAuthnError.crossOrigin) {
            try vector.registrationResponse.verify(
                challenge: vector.registration("challenge"),
                for: .example,
                requiresVerification: false
            )
        }
        #expect(throws: WebAuthnError.crossOrigin) {
            try vector.assertionResponse.verify(
                with: vector.passkey,
                of: [],
                challenge: vector.assertion("challenge"),
                for: .example,
                requiresVerification: false
            )
        }
    }

    @Test(arguments: allowed)
    func `no other challenge will do`(vector: WebAuthnVector) {
        for challenge in [
            vector.registration("challenge"), [], vector.assertion("challenge") + [0],
            Array(vector.assertion("challenge").dropLast()),
        ] {
            #expect(throws: WebAuthnError.wrongChallenge) {
                try vector.assertionResponse.verify(
                    with: vector.passkey,
                    of: [],
                    challenge: challenge,
                    for: vector.party,
                    requiresVerification: false
                )
            }
        }
    }
}
