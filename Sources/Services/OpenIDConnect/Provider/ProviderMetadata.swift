import JSON

/// What a provider says of itself (OpenID Connect Discovery 1.0, 3).
struct ProviderMetadata: Sendable {
    /// Where a person is sent; never called from here.
    let authorizationEndpoint: OutboundURL
    let tokenEndpoint: OutboundURL
    let keys: OutboundURL
    let userInfoEndpoint: OutboundURL?
    /// How a client may prove who it is at the token endpoint.
    let clientMethods: Set<String>
    /// Answers carry `iss`, so one without it is not the provider's (RFC 9207, 3).
    let namesIssuerInAnswers: Bool

    /// - Throws: `ProviderError.untrusted` if the document is another issuer's, else
    ///   `.unexpectedAnswer`.
    init(
        _ json: JSONValue,
        of traits: ProviderSettings.OpenIDTraits,
        allowsPlain: Bool
    ) throws(ProviderError) {
        // The issuer has to be the very text that was asked for (Discovery, 4.3).
        guard json["issuer"]?.stringValue == traits.issuerTemplate ?? traits.issuer else {
            throw .untrusted("the discovery document names another issuer")
        }
        func endpoint(_ name: String) throws(ProviderError) -> OutboundURL? {
            guard let member = json[name] else { return nil }
            guard let text = member.stringValue,
                let url = OutboundURL(text, allowsPlain: allowsPlain)
            else {
                throw .unexpectedAnswer(.discovery, "has a \"\(name)\" that is no https address")
            }
            return url
        }
        guard let authorization = try endpoint("authorization_endpoint"),
            let token = try endpoint("token_endpoint"), let keys = try endpoint("jwks_uri")
        else {
            throw .unexpectedAnswer(
                .discovery,
                "lacks one of authorization_endpoint, token_endpoint and jwks_uri"
            )
        }
        authorizationEndpoint = authorization
        tokenEndpoint = token
        self.keys = keys
        userInfoEndpoint = try endpoint("userinfo_endpoint")
        if case .array(let methods) = json["token_endpoint_auth_methods_supported"] {
            clientMethods = Set(methods.compactMap(\.stringValue))
        } else {
            clientMethods = ["client_secret_basic"]
        }
        namesIssuerInAnswers =
            json["authorization_response_iss_parameter_supported"] == .bool(true)
    }
}
