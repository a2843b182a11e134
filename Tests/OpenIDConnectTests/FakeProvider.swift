import Bytes
import Crypto
import JOSE
import JSON
import OpenIDConnect
import Synchronization

/// A provider in memory, which can be made to lie.
final class FakeProvider: OutboundCaller {
    static let issuer = "https://id.example"
    static let clientID = "app"
    /// 2026-01-01.
    static let now: Int64 = 1_767_225_600

    /// What it says; each can be changed before a call.
    struct Words: Sendable {
        var issuer = FakeProvider.issuer
        var document: [String: JSONValue] = [
            "authorization_endpoint": "https://id.example/authorize",
            "token_endpoint": "https://id.example/token",
            "jwks_uri": "https://id.example/keys",
            "userinfo_endpoint": "https://id.example/me",
        ]
        var claims: [String: JSONValue?] = [:]
        var header: [String: JSONValue?] = [:]
        var tokenAnswer: [String: JSONValue] = [
            "token_type": "Bearer", "access_token": "secret-access-token",
        ]
        var tokenStatus = 200
        var userInfo: JSONValue = ["sub": "123"]
        /// The key that signs, and those that are published.
        var key = FakeProvider.key
        var published = [FakeProvider.key]
        /// Instead of a signature.
        var signature: String?
        var failures: [String: OutboundError] = [:]
    }

    struct Key: Sendable {
        let id: String
        let key = P256.Signing.PrivateKey()

        var jwk: JSONValue {
            let point = Array(key.publicKey.x963Representation.dropFirst())
            return [
                "kty": "EC", "crv": "P-256", "kid": .string(id),
                "x": .string(Base64.url.encode(point[..<32])),
                "y": .string(Base64.url.encode(point[32...])),
            ]
        }
    }

    static let key = Key(id: "first")

    let words = Mutex(Words())
    let requests = Mutex<[OutboundRequest]>([])
    let nonce = Mutex("")
    let allowsPlain = false

    func change(_ body: (inout Words) -> Void) {
        words.withLock { body(&$0) }
    }

    /// How often an address was called.
    func count(_ target: String) -> Int {
        requests.withLock { $0.count { $0.url.target == target } }
    }

    func send(_ request: OutboundRequest) async throws(OutboundError) -> OutboundResponse {
        requests.withLock { $0.append(request) }
        let words = words.withLock { $0 }
        if let failure = words.failures[request.url.target] { throw failure }
        switch request.url.target {
        case "/.well-known/openid-configuration":
            var members = words.document.map { JSONValue.Member($0.key, $0.value) }
            members.append(.init("issuer", .string(words.issuer)))
            return Self.answer(.object(members))
        case "/keys":
            return Self.answer(["keys": .array(words.published.map(\.jwk))])
        case "/token":
            var members = words.tokenAnswer.map { JSONValue.Member($0.key, $0.value) }
            if words.tokenAnswer["id_token"] == nil {
                members.append(.init("id_token", .string(idToken(words))))
            }
            return Self.answer(.object(members), status: words.tokenStatus)
        case "/me": return Self.answer(words.userInfo)
        default: return OutboundResponse(status: 404, body: [])
        }
    }

    private static func answer(_ json: JSONValue, status: Int = 200) -> OutboundResponse {
        OutboundResponse(status: status, body: Array(json.description.utf8))
    }

    private func idToken(_ words: Words) -> String {
        let nonce = nonce.withLock { $0 }
        let header: [String: JSONValue?] = ["alg": "ES256", "kid": .string(words.key.id)]
        let claims: [String: JSONValue?] = [
            "iss": .string(Self.issuer), "aud": .string(Self.clientID), "sub": "123",
            "iat": .integer(Self.now), "exp": .integer(Self.now + 300), "nonce": .string(nonce),
            "email": "ann@example.com", "email_verified": true,
        ]
        let text =
            Self.part(header.merging(words.header) { $1 }) + "."
            + Self.part(claims.merging(words.claims) { $1 })
        if let signature = words.signature { return text + "." + signature }
        let signature = try? words.key.key.signature(for: Array(text.utf8)).rawRepresentation
        return text + "." + Base64.url.encode(signature.map(Array.init) ?? [0])
    }

    private static func part(_ members: [String: JSONValue?]) -> String {
        let members = members.compactMap { name, value in value.map { JSONValue.Member(name, $0) } }
        return Base64.url.encode(JSONValue.object(members).description.utf8)
    }
}

extension FakeProvider {
    func settings(
        _ kind: ProviderSettings.Kind = .openID(.init(issuer: issuer)),
        credential: ClientRegistration.Credential = .secret("s&cret")
    ) -> ProviderSettings {
        ProviderSettings(
            name: "acme",
            title: "Acme",
            kind: kind,
            client: ClientRegistration(id: Self.clientID, credential: credential),
            scopes: ["openid", "email"]
        )
    }

    func provider(
        _ settings: ProviderSettings? = nil,
        now: @escaping @Sendable () -> Int64 = { FakeProvider.now }
    ) -> any SignInProvider {
        SignInProviders.make(settings ?? self.settings(), caller: self, now: now)
    }

    /// A whole sign-in.
    func signIn(
        _ provider: any SignInProvider,
        _ response: AuthorizationResponse = AuthorizationResponse(code: "code")
    ) async throws(ProviderError) -> ExternalIdentity {
        let (_, pending) = try await provider.begin(
            redirectURI: "https://app.example/callback",
            state: "state"
        )
        nonce.withLock { $0 = pending.nonce }
        return try await provider.finish(response, pending: pending)
    }

    func signIn() async throws(ProviderError) -> ExternalIdentity {
        try await signIn(provider())
    }
}

extension SignInProvider {
    /// Both halves of a start.
    func begin(
        redirectURI: String,
        state: String
    ) async throws(ProviderError) -> (address: String, pending: PendingAuthorization) {
        let pending = pending(redirectURI: redirectURI)
        return (try await address(for: pending, state: state), pending)
    }
}
