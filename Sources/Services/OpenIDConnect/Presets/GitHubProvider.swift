import JSON

/// GitHub, which signs people in by OAuth 2 without OpenID Connect: who somebody is, its API tells.
///
/// The access token comes straight from GitHub over TLS in exchange for a code that is bound to
/// this sign-in by PKCE and to this app by its secret.
struct GitHubProvider: SignInProvider {
    let settings: ProviderSettings
    let site: String
    let api: String
    let caller: any OutboundCaller
    let now: @Sendable () -> Int64

    func address(
        for pending: PendingAuthorization,
        state: String
    ) async throws(ProviderError) -> String {
        try address(site + "/login/oauth/authorize").adding(
            settings.query(for: pending, state: state)
        )
    }

    func finish(
        _ response: AuthorizationResponse,
        pending: PendingAuthorization
    ) async throws(ProviderError) -> ExternalIdentity {
        let exchange = TokenRequest(
            endpoint: try address(site + "/login/oauth/access_token"),
            client: settings.client,
            methods: ["client_secret_post"],
            audience: site,
            now: now()
        )
        let request = try exchange.request(code: try response.checkedCode(), pending: pending)
        let tokens = try TokenRequest.answer(try await caller.answer(request, from: .token))
        guard let token = tokens.accessToken else {
            throw .unexpectedAnswer(.token, "answers without an access token")
        }
        let user = try await caller.json(try call("/user", token: token), from: .userInfo)
        guard case .integer(let id) = user["id"], id > 0 else {
            throw .unexpectedAnswer(.userInfo, "answers without an id")
        }
        let email = try await verifiedEmail(token: token)
        return ExternalIdentity(
            provider: settings.name,
            subject: String(id),
            email: email,
            isEmailVerified: email != nil,
            claims: user
        )
    }

    /// The primary address, if GitHub has verified it.
    private func verifiedEmail(token: String) async throws(ProviderError) -> String? {
        guard settings.scopes.contains("user:email") else { return nil }
        let request = try call("/user/emails", token: token)
        let response = try await caller.answer(request, from: .userInfo)
        guard response.status == 200 else { return nil }
        let json = response.body.withUnsafeBytes { try? JSONParser.parse($0, maximumDepth: 16) }
        guard case .array(let entries) = json else { return nil }
        return entries.first { $0["primary"] == true && $0["verified"] == true }?["email"]?
            .stringValue
    }

    private func call(_ path: String, token: String) throws(ProviderError) -> OutboundRequest {
        OutboundRequest(
            try address(api + path),
            headers: [("Authorization", "Bearer " + token), ("X-GitHub-Api-Version", "2022-11-28")]
        )
    }

    private func address(_ text: String) throws(ProviderError) -> OutboundURL {
        guard let url = OutboundURL(text, allowsPlain: caller.allowsPlain) else {
            throw .misconfigured("the provider's issuer is no https address")
        }
        return url
    }
}
