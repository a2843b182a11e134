import Bytes
import Crypto
import JOSE
import JSON
import OpenIDConnect
import Synchronization
import Testing

/// Where known providers differ.
@Suite struct PresetTests {
    static func traits(_ kind: ProviderSettings.Kind) throws -> ProviderSettings.OpenIDTraits {
        guard case .openID(let traits) = kind else { throw ProviderError.misconfigured("kind") }
        return traits
    }

    @Test func `Apple's flags may be texts, and its answers come as a form`() async throws {
        let fake = FakeProvider()
        fake.change { $0.claims["email_verified"] = "true" }
        var traits = try Self.traits(ProviderPreset.apple.kind())
        traits.issuer = FakeProvider.issuer
        let provider = fake.provider(fake.settings(.openID(traits)))
        #expect(provider.postsForm)
        let address = try await provider.begin(redirectURI: "https://a.example", state: "s").address
        #expect(address.hasSuffix("&response_mode=form_post"))
        let user = #"{"name":{"firstName":"Ann","lastName":"Lee"},"email":"boss@example.com"}"#
        let response = AuthorizationResponse(code: "code", user: user)
        let identity = try await fake.signIn(provider, response)
        #expect(identity.isEmailVerified)
        #expect(identity.claims["name"] == "Ann Lee")
        #expect(identity.email == "ann@example.com")
    }

    @Test func `Apple's secret is signed by the team's key`() async throws {
        let fake = FakeProvider()
        let key = P256.Signing.PrivateKey()
        let signer = try TokenSigner(pem: key.pemRepresentation, id: "KEY1")
        _ = try await fake.signIn(
            fake.provider(fake.settings(credential: .signed(signer, team: "T")))
        )
        let form = try #require(fake.requests.withLock { $0.compactMap(\.form).first })
        let secret = try #require(form.split(separator: "&").last?.split(separator: "=").last)
        let parts = secret.split(separator: ".")
        let payload = try #require(Base64.url.decode(String(parts[1])))
        let claims = try JSONParser.parse(String(decoding: payload, as: UTF8.self))
        #expect(claims["iss"] == "T")
        #expect(claims["sub"] == "app")
        #expect(claims["aud"] == .string(FakeProvider.issuer))
        #expect(claims["exp"] == .integer(FakeProvider.now + 300))
        let signature = try P256.Signing.ECDSASignature(
            rawRepresentation: try #require(Base64.url.decode(String(parts[2])))
        )
        let signed = Array("\(parts[0]).\(parts[1])".utf8)
        #expect(key.publicKey.isValidSignature(signature, for: signed))
    }

    /// Microsoft's issuer has the tenant in it.
    private func microsoft(_ claims: [String: JSONValue]) async throws(ProviderError)
        -> ExternalIdentity
    {
        let fake = FakeProvider()
        fake.change { words in
            words.issuer = "https://id.example/{tenantid}/v2.0"
            for (name, value) in claims { words.claims[name] = value }
        }
        var traits = ProviderSettings.OpenIDTraits(issuer: FakeProvider.issuer)
        traits.issuerTemplate = "https://id.example/{tenantid}/v2.0"
        traits.hasUnverifiedDomains = true
        return try await fake.signIn(fake.provider(fake.settings(.openID(traits))))
    }

    static let tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47"

    @Test func `Microsoft's issuer is that of the token's tenant`() async throws {
        let identity = try await microsoft([
            "tid": .string(Self.tenant), "iss": .string("https://id.example/\(Self.tenant)/v2.0"),
        ])
        #expect(identity.subject == Self.tenant + "/123")
    }

    @Test(
        arguments: [
            ["tid": "72f988bf-86f1-41af-91ab-2d7cd011db47", "iss": "https://id.example/x/v2.0"],
            ["iss": "https://id.example/{tenantid}/v2.0", "tid": "{tenantid}"],
            ["iss": "https://id.example/evil/v2.0", "tid": "evil"],
            ["iss": "https://id.example/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0"],
        ] as [[String: JSONValue]]
    )
    func `another tenant's issuer is refused`(claims: [String: JSONValue]) async throws {
        await #expect(throws: ProviderError.untrusted("iss is not the issuer of the tenant in tid"))
        {
            try await microsoft(claims)
        }
    }

    @Test func `an address that any tenant's administrator can write is not verified`() async throws
    {
        let claims: [String: JSONValue] = [
            "tid": .string(Self.tenant), "iss": .string("https://id.example/\(Self.tenant)/v2.0"),
        ]
        #expect(try await microsoft(claims).isEmailVerified == false)
        let checked = try await microsoft(claims.merging(["xms_edov": true]) { $1 })
        #expect(checked.isEmailVerified)
        let personal = "9188040d-6c67-4c5b-b112-36a304b66dad"
        let owned = try await microsoft([
            "tid": .string(personal), "iss": .string("https://id.example/\(personal)/v2.0"),
        ])
        #expect(owned.isEmailVerified)
    }

    @Test func `presets lead to where the providers say`() throws {
        #expect(
            try Self.traits(ProviderPreset.google.kind()).issuer == "https://accounts.google.com"
        )
        #expect(try Self.traits(ProviderPreset.gitlab.kind()).issuer == "https://gitlab.com")
        let own = try Self.traits(ProviderPreset.gitlab.kind(issuer: "https://git.example"))
        #expect(own.issuer == "https://git.example")
        let microsoft = try Self.traits(ProviderPreset.microsoft.kind())
        #expect(microsoft.issuer == "https://login.microsoftonline.com/common/v2.0")
        #expect(microsoft.issuerTemplate == "https://login.microsoftonline.com/{tenantid}/v2.0")
        #expect(ProviderPreset.google.algorithms == [.rs256])
    }
}

/// GitHub's own way.
@Suite struct GitHubTests {
    final class FakeGitHub: OutboundCaller {
        let allowsPlain = false
        let answers: [String: (Int, JSONValue)]
        let requests = Mutex<[OutboundRequest]>([])

        init(_ changes: [String: (Int, JSONValue)] = [:]) {
            let usual: [String: (Int, JSONValue)] = [
                "/login/oauth/access_token": (
                    200, ["access_token": "gho_x", "token_type": "bearer", "scope": "user:email"]
                ),
                "/user": (200, ["id": 42, "login": "ann", "email": "public@example.com"]),
                "/user/emails": (
                    200,
                    [
                        ["email": "old@example.com", "primary": false, "verified": true],
                        ["email": "ann@example.com", "primary": true, "verified": true],
                    ]
                ),
            ]
            answers = usual.merging(changes) { $1 }
        }

        func send(_ request: OutboundRequest) async throws(OutboundError) -> OutboundResponse {
            requests.withLock { $0.append(request) }
            let (status, json) = answers[request.url.target] ?? (404, .null)
            return OutboundResponse(status: status, body: Array(json.description.utf8))
        }

        func signIn() async throws(ProviderError) -> ExternalIdentity {
            let settings = ProviderSettings(
                name: "github",
                title: "GitHub",
                kind: ProviderPreset.github.kind(),
                client: ClientRegistration(id: "app", credential: .secret("secret")),
                scopes: ProviderPreset.github.scopes
            )
            let provider = SignInProviders.make(settings, caller: self) { FakeProvider.now }
            let start = try await provider.begin(redirectURI: "https://a.example/c", state: "s")
            return try await provider.finish(.init(code: "code"), pending: start.pending)
        }
    }

    @Test func `somebody is their number and their primary address`() async throws {
        let fake = FakeGitHub()
        let identity = try await fake.signIn()
        #expect(identity.subject == "42")
        #expect(identity.email == "ann@example.com")
        #expect(identity.isEmailVerified)
        #expect(identity.claims["login"] == "ann")
        let requests = fake.requests.withLock { $0 }
        #expect(requests.map(\.url.host) == ["github.com", "api.github.com", "api.github.com"])
        #expect(requests[0].form?.contains("&code_verifier=") == true)
    }

    @Test func `an address that is not verified is none`() async throws {
        let entry: JSONValue = [["email": "a@example.com", "primary": true, "verified": false]]
        let identity = try await FakeGitHub(["/user/emails": (200, entry)]).signIn()
        #expect(identity.email == nil)
        #expect(!identity.isEmailVerified)
    }

    @Test func `an error comes with status 200`() async throws {
        let error: JSONValue = ["error": "bad_verification_code", "error_description": "x"]
        let fake = FakeGitHub(["/login/oauth/access_token": (200, error)])
        await #expect(throws: ProviderError.untrusted("the provider does not know the code")) {
            try await fake.signIn()
        }
    }

    @Test(arguments: [["id": "42"], ["id": 0], ["login": "ann"]] as [JSONValue])
    func `a user without a number is nobody`(user: JSONValue) async throws {
        let fake = FakeGitHub(["/user": (200, user)])
        await #expect(throws: ProviderError.unexpectedAnswer(.userInfo, "answers without an id")) {
            try await fake.signIn()
        }
    }
}
