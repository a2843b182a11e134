import JOSE
import JSON

/// A provider of OpenID Connect, by its discovery document.
struct OpenIDProvider: SignInProvider {
    let settings: ProviderSettings
    private let traits: ProviderSettings.OpenIDTraits
    private let caller: any OutboundCaller
    private let now: @Sendable () -> Int64
    private let documents: ProviderDocuments

    init(
        settings: ProviderSettings,
        traits: ProviderSettings.OpenIDTraits,
        caller: any OutboundCaller,
        now: @escaping @Sendable () -> Int64
    ) {
        self.settings = settings
        self.traits = traits
        self.caller = caller
        self.now = now
        documents = ProviderDocuments(traits: traits, caller: caller, now: now)
    }

    func address(
        for pending: PendingAuthorization,
        state: String
    ) async throws(ProviderError) -> String {
        let metadata = try await documents.currentMetadata()
        var query = settings.query(for: pending, state: state)
        query.append(("nonce", pending.nonce))
        if traits.postsForm { query.append(("response_mode", "form_post")) }
        return metadata.authorizationEndpoint.adding(query)
    }

    func finish(
        _ response: AuthorizationResponse,
        pending: PendingAuthorization
    ) async throws(ProviderError) -> ExternalIdentity {
        let metadata = try await documents.currentMetadata()
        try checkSender(response, metadata)
        let tokens = try await tokens(
            code: try response.checkedCode(),
            pending: pending,
            metadata: metadata
        )
        guard let idToken = tokens.idToken else {
            throw .unexpectedAnswer(.token, "answers without an ID token")
        }
        var claims = try await claims(of: idToken, accessToken: tokens.accessToken, pending)
        if claims["email"] == nil, settings.scopes.contains("email"),
            let endpoint = metadata.userInfoEndpoint, let token = tokens.accessToken
        {
            claims = try await adding(endpoint, token: token, to: claims)
        }
        return identity(claims, user: response.user)
    }

    /// An answer with another provider's `iss` is that of a mix-up attack (RFC 9207).
    private func checkSender(
        _ response: AuthorizationResponse,
        _ metadata: ProviderMetadata
    ) throws(ProviderError) {
        if let issuer = response.issuer {
            guard traits.issuerTemplate != nil || issuer == traits.issuer else {
                throw .untrusted("the answer's iss is another issuer")
            }
        } else if metadata.namesIssuerInAnswers {
            throw .untrusted("the answer has no iss")
        }
    }

    private func tokens(
        code: String,
        pending: PendingAuthorization,
        metadata: ProviderMetadata
    ) async throws(ProviderError) -> TokenRequest.Answer {
        let exchange = TokenRequest(
            endpoint: metadata.tokenEndpoint,
            client: settings.client,
            methods: metadata.clientMethods,
            audience: traits.issuer,
            now: now()
        )
        let request = try exchange.request(code: code, pending: pending)
        return try TokenRequest.answer(try await caller.answer(request, from: .token))
    }

    private func claims(
        of text: String,
        accessToken: String?,
        _ pending: PendingAuthorization
    ) async throws(ProviderError) -> JSONValue {
        let policy = SignaturePolicy(algorithms: settings.algorithms, types: ["", "jwt"])
        let token = try Self.trusting { () throws(JOSEError) in try CompactJWS(text) }
        guard let algorithm = token.algorithm, settings.algorithms.contains(algorithm) else {
            throw .untrustedToken(.algorithmNotAllowed)
        }
        let keys = try await documents.currentKeys(for: token.keyID)
        let claims = try Self.trusting { () throws(JOSEError) in
            try policy.verify(token, with: keys).claims()
        }
        let expectations = IDTokenPolicy(
            traits: traits,
            clientID: settings.client.id,
            nonce: pending.nonce,
            now: now()
        )
        try expectations.check(claims, accessToken: accessToken, hash: TokenHash(algorithm))
        return claims
    }

    /// Adds what the user info endpoint says, which has to be of the same person (Core 1.0, 5.3.2).
    private func adding(
        _ endpoint: OutboundURL,
        token: String,
        to claims: JSONValue
    ) async throws(ProviderError) -> JSONValue {
        let request = OutboundRequest(endpoint, headers: [("Authorization", "Bearer " + token)])
        let more = try await caller.json(request, from: .userInfo)
        guard let subject = more["sub"], subject == claims["sub"] else {
            throw .untrusted("the user info is somebody else's")
        }
        guard case .object(let members) = claims, case .object(let others) = more else {
            return claims
        }
        return .object(members + others.filter { claims[$0.name] == nil })
    }

    private func identity(_ claims: JSONValue, user: String?) -> ExternalIdentity {
        let tenant = traits.issuerTemplate == nil ? nil : claims["tid"]?.stringValue
        let subject = claims["sub"]?.stringValue ?? ""
        return ExternalIdentity(
            provider: settings.name,
            // A `sub` is one person's within an issuer; with tenants there are many issuers.
            subject: tenant.map { $0.lowercased() + "/" + subject } ?? subject,
            email: claims["email"]?.stringValue,
            isEmailVerified: isEmailVerified(claims),
            claims: traits.postsForm ? AppleUser.adding(user, to: claims) : claims
        )
    }

    private func isEmailVerified(_ claims: JSONValue) -> Bool {
        if traits.hasUnverifiedDomains {
            return ["1", 1, "true", true].contains(claims["xms_edov"])
                || claims["tid"] == .string(MicrosoftTenant.personal)
        }
        let flag = claims["email_verified"]
        return flag == true || traits.hasTextualFlags && flag == "true"
    }

    private static func trusting<Value>(
        _ body: () throws(JOSEError) -> Value
    ) throws(ProviderError) -> Value {
        do throws(JOSEError) {
            return try body()
        } catch {
            throw .untrustedToken(error)
        }
    }
}

extension ProviderSettings {
    /// What every authorization request says (RFC 6749, 4.1.1; RFC 7636, 4.3).
    func query(
        for pending: PendingAuthorization,
        state: String
    ) -> [(name: String, value: String)] {
        [
            ("response_type", "code"), ("client_id", client.id),
            ("redirect_uri", pending.redirectURI), ("scope", scopes.joined(separator: " ")),
            ("state", state), ("code_challenge", pending.codeChallenge),
            ("code_challenge_method", "S256"),
        ]
    }
}

extension OutboundURL {
    /// The address with members added to its query.
    func adding(_ members: [(name: String, value: String)]) -> String {
        text + (target.contains("?") ? "&" : "?") + FormEncoding.encode(members)
    }
}
