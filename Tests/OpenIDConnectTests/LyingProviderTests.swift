import Crypto
import JOSE
import JSON
import OpenIDConnect
import Testing

/// A provider that lies is believed in nothing.
@Suite struct LyingProviderTests {
    /// A lie, and what it is refused with.
    struct Lie: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let error: ProviderError
        let tell: @Sendable (inout FakeProvider.Words) -> Void

        init(
            _ name: String,
            _ error: ProviderError,
            _ tell: @escaping @Sendable (inout FakeProvider.Words) -> Void
        ) {
            testDescription = name
            self.error = error
            self.tell = tell
        }
    }

    static let now = FakeProvider.now

    static let claims: [Lie] = [
        Lie("no iss", .untrusted("iss is missing")) { $0.claims["iss"] = .some(nil) },
        Lie("another iss", .untrusted("iss is another issuer")) {
            $0.claims["iss"] = "https://evil.example"
        },
        Lie("iss with a slash", .untrusted("iss is another issuer")) {
            $0.claims["iss"] = "https://id.example/"
        },
        Lie("iss in capitals", .untrusted("iss is another issuer")) {
            $0.claims["iss"] = "https://ID.example"
        },
        Lie("no aud", .untrusted("aud is not this client alone")) {
            $0.claims["aud"] = .some(nil)
        },
        Lie("another aud", .untrusted("aud is not this client alone")) {
            $0.claims["aud"] = "other"
        },
        Lie("aud of two", .untrusted("aud is not this client alone")) {
            $0.claims["aud"] = ["app", "other"]
        },
        Lie("an empty aud", .untrusted("aud is not this client alone")) { $0.claims["aud"] = [] },
        Lie("another azp", .untrusted("azp is another client")) { $0.claims["azp"] = "other" },
        Lie("azp is null", .untrusted("azp is another client")) { $0.claims["azp"] = .null },
        Lie("no nonce", .untrusted("nonce is not the one that was sent")) {
            $0.claims["nonce"] = .some(nil)
        },
        Lie("another nonce", .untrusted("nonce is not the one that was sent")) {
            $0.claims["nonce"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        },
        Lie("an empty nonce", .untrusted("nonce is not the one that was sent")) {
            $0.claims["nonce"] = ""
        },
        Lie("expired", .untrusted("exp is past")) { $0.claims["exp"] = .integer(now - 60) },
        Lie("no exp", .untrusted("exp or iat is missing or no time")) {
            $0.claims["exp"] = .some(nil)
        },
        Lie("exp is a text", .untrusted("exp or iat is missing or no time")) {
            $0.claims["exp"] = .string("\(now + 300)")
        },
        Lie("exp in the next ice age", .untrusted("exp or iat is missing or no time")) {
            $0.claims["exp"] = .integer(.max)
        },
        Lie("iat to come", .untrusted("iat is to come")) { $0.claims["iat"] = .integer(now + 61) },
        Lie("iat long past", .untrusted("iat is long past")) {
            $0.claims["iat"] = .integer(now - 3_601)
        },
        Lie("nbf to come", .untrusted("nbf is to come")) { $0.claims["nbf"] = .integer(now + 61) },
        Lie("no sub", .untrusted("sub is missing or not a text of ASCII")) {
            $0.claims["sub"] = .some(nil)
        },
        Lie("sub is a number", .untrusted("sub is missing or not a text of ASCII")) {
            $0.claims["sub"] = 123
        },
        Lie("an empty sub", .untrusted("sub is missing or not a text of ASCII")) {
            $0.claims["sub"] = ""
        },
        Lie("a very long sub", .untrusted("sub is missing or not a text of ASCII")) {
            $0.claims["sub"] = .string(String(repeating: "1", count: 256))
        },
        Lie("another at_hash", .untrusted("at_hash is not that of the access token")) {
            $0.claims["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA"
        },
        Lie("at_hash is a number", .untrusted("at_hash is not that of the access token")) {
            $0.claims["at_hash"] = 1
        },
    ]

    static let signatures: [Lie] = [
        Lie("alg none", .untrustedToken(.algorithmNotAllowed)) {
            $0.header["alg"] = "none"
            $0.signature = ""
        },
        Lie("no alg", .untrustedToken(.algorithmNotAllowed)) { $0.header["alg"] = .some(nil) },
        Lie("HS256 with the public key", .untrustedToken(.algorithmNotAllowed)) {
            $0.header["alg"] = "HS256"
            $0.signature = "AAAA"
        },
        Lie("another alg", .untrustedToken(.unknownKey)) { $0.header["alg"] = "RS256" },
        Lie("no signature", .untrustedToken(.wrongSignature)) { $0.signature = "" },
        Lie("a key of its own", .untrustedToken(.unknownKey)) {
            $0.key = FakeProvider.Key(id: "own")
            $0.header["jwk"] = $0.key.jwk
        },
        Lie("another key under the same name", .untrustedToken(.wrongSignature)) {
            $0.key = FakeProvider.Key(id: "first")
        },
        Lie("another kid", .untrustedToken(.unknownKey)) { $0.header["kid"] = "other" },
        Lie(
            "a critical extension",
            .untrustedToken(
                .malformedToken("its header has extensions that are not understood")
            )
        ) { $0.header["crit"] = ["exp"] },
        Lie("the type of an access token", .untrustedToken(.typeNotAllowed)) {
            $0.header["typ"] = "at+jwt"
        },
        Lie("the type of a logout token", .untrustedToken(.typeNotAllowed)) {
            $0.header["typ"] = "logout+jwt"
        },
        Lie("no keys", .untrustedToken(.unknownKey)) { $0.published = [] },
        Lie("two keys of one name", .untrustedToken(.ambiguousKey)) {
            $0.published.append(FakeProvider.Key(id: "first"))
        },
    ]

    static let answers: [Lie] = [
        Lie(
            "another issuer's document",
            .untrusted("the discovery document names another issuer")
        ) { $0.issuer = "https://evil.example" },
        Lie(
            "an endpoint without TLS",
            .unexpectedAnswer(.discovery, "has a \"token_endpoint\" that is no https address")
        ) { $0.document["token_endpoint"] = "http://id.example/token" },
        Lie(
            "an endpoint with a user name",
            .unexpectedAnswer(.discovery, "has a \"jwks_uri\" that is no https address")
        ) { $0.document["jwks_uri"] = "https://id.example@evil.example/keys" },
        Lie(
            "a file as keys",
            .unexpectedAnswer(.discovery, "has a \"jwks_uri\" that is no https address")
        ) { $0.document["jwks_uri"] = "file:///etc/passwd" },
        Lie(
            "no token endpoint",
            .unexpectedAnswer(
                .discovery,
                "lacks one of authorization_endpoint, token_endpoint and jwks_uri"
            )
        ) { $0.document["token_endpoint"] = nil },
        Lie("a code that is used", .untrusted("the provider does not know the code")) {
            $0.tokenAnswer = ["error": "invalid_grant", "id_token": ""]
            $0.tokenStatus = 400
        },
        Lie("an error with status 200", .unexpectedAnswer(.token, "refuses this client")) {
            $0.tokenAnswer["error"] = "invalid_client"
        },
        Lie("a redirect", .unexpectedAnswer(.token, "answers with status 302")) {
            $0.tokenStatus = 302
        },
        Lie("a server's error", .unexpectedAnswer(.token, "answers with status 500")) {
            $0.tokenStatus = 500
        },
        Lie(
            "a MAC token",
            .unexpectedAnswer(.token, "answers with tokens that are no bearer tokens")
        ) { $0.tokenAnswer["token_type"] = "mac" },
        Lie(
            "a header in the access token",
            .unexpectedAnswer(.token, "answers with an access token that is none")
        ) { $0.tokenAnswer["access_token"] = "x\r\nHost: evil.example" },
        Lie(
            "no JWT",
            .untrustedToken(.malformedToken("it has not three parts"))
        ) { $0.tokenAnswer["id_token"] = "nothing" },
        Lie(
            "somebody else's user info",
            .untrusted("the user info is somebody else's")
        ) {
            $0.claims["email"] = .some(nil)
            $0.userInfo = ["sub": "124", "email": "boss@example.com", "email_verified": true]
        },
        Lie("an endless document", .unreachable(.discovery, .tooLarge)) {
            $0.failures["/.well-known/openid-configuration"] = .tooLarge
        },
        Lie("keys inside the network", .unreachable(.keys, .privateAddress)) {
            $0.failures["/keys"] = .privateAddress
        },
    ]

    @Test(arguments: claims + signatures + answers)
    func `a lie is refused`(_ lie: Lie) async throws {
        let fake = FakeProvider()
        fake.change(lie.tell)
        await #expect(throws: lie.error) { try await fake.signIn() }
    }

    @Test func `an answer of another provider is no answer of this one`() async throws {
        let fake = FakeProvider()
        let response = AuthorizationResponse(code: "code", issuer: "https://evil.example")
        await #expect(throws: ProviderError.untrusted("the answer's iss is another issuer")) {
            try await fake.signIn(fake.provider(), response)
        }
        #expect(fake.count("/token") == 0)
    }

    @Test func `a provider that says no is not asked further`() async throws {
        let fake = FakeProvider()
        let no = AuthorizationResponse(code: "code", error: "access_denied")
        await #expect(throws: ProviderError.denied("access_denied")) {
            try await fake.signIn(fake.provider(), no)
        }
        let odd = AuthorizationResponse(code: nil, error: "<script>")
        await #expect(throws: ProviderError.denied("another error")) {
            try await fake.signIn(fake.provider(), odd)
        }
        #expect(fake.count("/token") == 0)
    }

    @Test(arguments: [nil, "", String(repeating: "x", count: 4_097)])
    func `without a code nothing is asked`(code: String?) async throws {
        let fake = FakeProvider()
        await #expect(throws: ProviderError.untrusted("there is no code")) {
            try await fake.signIn(fake.provider(), AuthorizationResponse(code: code))
        }
        #expect(fake.count("/token") == 0)
    }

    @Test func `an algorithm that the provider itself praises is refused all the same`() async {
        let fake = FakeProvider()
        var settings = fake.settings()
        settings.algorithms = [.rs256]
        fake.change { $0.document["id_token_signing_alg_values_supported"] = ["ES256", "none"] }
        let provider = fake.provider(settings)
        await #expect(throws: ProviderError.untrustedToken(.algorithmNotAllowed)) {
            try await fake.signIn(provider)
        }
    }

    @Test func `errors hold nothing that a provider sent`() async throws {
        let fake = FakeProvider()
        fake.change { $0.claims["iss"] = "https://evil.example/\u{1B}[31m" }
        do throws(ProviderError) {
            _ = try await fake.signIn()
            Issue.record("it was believed")
        } catch {
            #expect(!error.description.contains("evil"))
            #expect(!error.description.contains("secret"))
        }
    }
}
