import Bytes
import Crypto
import JOSE
import JSON
import OpenIDConnect
import Synchronization
import Testing

/// Sign-ins that go as they should.
@Suite struct SignInTests {
    @Test func `who signs in is who the ID token names`() async throws {
        let identity = try await FakeProvider().signIn()
        #expect(identity.provider == "acme")
        #expect(identity.subject == "123")
        #expect(identity.email == "ann@example.com")
        #expect(identity.isEmailVerified)
    }

    @Test func `a person is sent with state, nonce and the challenge of PKCE`() async throws {
        let fake = FakeProvider()
        let provider = fake.provider()
        let (address, pending) = try await provider.begin(
            redirectURI: "https://app.example/a?b=c",
            state: "s t"
        )
        let challenge = Base64.url.encode(SHA256.hash(data: Array(pending.codeVerifier.utf8)))
        #expect(address.hasPrefix("https://id.example/authorize?response_type=code&client_id=app&"))
        #expect(address.contains("&redirect_uri=https%3A%2F%2Fapp.example%2Fa%3Fb%3Dc&"))
        #expect(address.contains("&state=s%20t&"))
        #expect(address.contains("&code_challenge=\(challenge)&code_challenge_method=S256&"))
        #expect(address.hasSuffix("&nonce=\(pending.nonce)"))
        #expect(!address.contains(pending.codeVerifier))
    }

    @Test func `no two sign-ins share a secret`() async throws {
        let provider = FakeProvider().provider()
        let first = try await provider.begin(redirectURI: "https://a.example", state: "s").pending
        let second = try await provider.begin(redirectURI: "https://a.example", state: "s").pending
        #expect(first.nonce != second.nonce)
        #expect(first.codeVerifier != second.codeVerifier)
        #expect(first.codeVerifier.utf8.count == 43)
    }

    @Test func `what is remembered survives being stored`() async throws {
        let provider = FakeProvider().provider()
        let pending = try await provider.begin(redirectURI: "https://a.example", state: "s").pending
        #expect(PendingAuthorization(json: pending.json) == pending)
        #expect(PendingAuthorization(json: ["provider": "acme"]) == nil)
    }

    @Test func `the code goes with the verifier, and the secret in the header`() async throws {
        let fake = FakeProvider()
        _ = try await fake.signIn()
        let request = try #require(fake.requests.withLock { $0.first { $0.form != nil } })
        let form = try #require(request.form)
        #expect(form.hasPrefix("grant_type=authorization_code&code=code&redirect_uri=https%3A"))
        #expect(form.contains("&code_verifier="))
        #expect(!form.contains("client_secret"))
        let header = try #require(request.headers.first { $0.name == "Authorization" })
        #expect(header.value == "Basic YXBwOnMlMjZjcmV0")
    }

    @Test func `the secret goes in the form where the provider wants it there`() async throws {
        let fake = FakeProvider()
        fake.change {
            $0.document["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
        }
        _ = try await fake.signIn()
        let request = try #require(fake.requests.withLock { $0.first { $0.form != nil } })
        #expect(request.form?.hasSuffix("&client_id=app&client_secret=s%26cret") == true)
        #expect(request.headers.isEmpty)
    }

    @Test func `an address that the ID token lacks is asked for`() async throws {
        let fake = FakeProvider()
        fake.change {
            $0.claims["email"] = .some(nil)
            $0.claims["email_verified"] = .some(nil)
            $0.userInfo = ["sub": "123", "email": "ann@example.com", "email_verified": true]
        }
        let identity = try await fake.signIn()
        #expect(identity.email == "ann@example.com")
        #expect(identity.isEmailVerified)
        let call = try #require(fake.requests.withLock { $0.last })
        #expect(call.headers.first?.value == "Bearer secret-access-token")
    }

    @Test func `documents are read once for many sign-ins`() async throws {
        let fake = FakeProvider()
        let provider = fake.provider()
        for _ in 0..<3 { _ = try await fake.signIn(provider) }
        #expect(fake.count("/.well-known/openid-configuration") == 1)
        #expect(fake.count("/keys") == 1)
        #expect(fake.count("/token") == 3)
    }

    @Test func `an address is verified only if the provider says so`() async throws {
        for flag in [nil, false, "true", 1, "false", .null] as [JSONValue?] {
            let fake = FakeProvider()
            fake.change { $0.claims["email_verified"] = .some(flag) }
            #expect(try await fake.signIn().isEmailVerified == false, "\(flag as Any)")
        }
    }

    @Test func `at_hash of the access token is right for the token's algorithm`() async throws {
        let fake = FakeProvider()
        let digest = SHA256.hash(data: Array("secret-access-token".utf8))
        let hash = Base64.url.encode(Array(digest).prefix(16))
        fake.change { $0.claims["at_hash"] = .string(hash) }
        #expect(try await fake.signIn().subject == "123")
    }

    @Test func `the answer's iss may be there, and has to be where it is promised`() async throws {
        let fake = FakeProvider()
        let provider = fake.provider()
        let right = AuthorizationResponse(code: "code", issuer: FakeProvider.issuer)
        #expect(try await fake.signIn(provider, right).subject == "123")
        let promising = FakeProvider()
        promising.change { $0.document["authorization_response_iss_parameter_supported"] = true }
        #expect(try await promising.signIn(promising.provider(), right).subject == "123")
        await #expect(throws: ProviderError.untrusted("the answer has no iss")) {
            try await promising.signIn()
        }
    }
}
