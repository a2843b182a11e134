import JSON
import JWTKit
import Testing

@testable import Identity

/// An implementation that shares no code with this one reads the same tokens.
@Suite struct InteroperabilityTests {
    private struct Claims: JWTPayload {
        let iss: IssuerClaim
        let aud: AudienceClaim
        let sub: SubjectClaim
        let exp: Int64
        let role: String?

        func verify(using algorithm: some JWTAlgorithm) async throws {
            try aud.verifyIntendedAudience(includes: "Notebook")
        }
    }

    @Test func `JWTKit verifies an access token with the published keys`() async throws {
        let app = try AccountsApp()
        let account = try await app.signUp("ada")
        let token = try await app.signIn("ada").accessToken
        let keys = try await JWTKeyCollection().add(jwksJSON: app.keys.jwks.description)
        let claims = try await keys.verify(token, as: Claims.self)
        #expect(claims.sub.value == account)
        #expect(claims.iss.value == "mainstay")
        #expect(claims.role == nil)
        #expect(claims.exp == app.clock.seconds + 900)
    }

    @Test func `JWTKit refuses it with other keys`() async throws {
        let app = try AccountsApp()
        try await app.signUp("ada")
        let token = try await app.signIn("ada").accessToken
        let keys = try await JWTKeyCollection().add(jwksJSON: SigningKeys().jwks.description)
        await #expect(throws: JWTError.self) { try await keys.verify(token, as: Claims.self) }
    }
}
