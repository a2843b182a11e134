import Engine
import Identity
import JSON
import ModelLanguage

/// What other services need to know to trust this one's tokens.
enum MetadataEndpoints {
    static let all: [AccountEndpoint] = [
        document(
            "getOpenIDConfiguration",
            "/.well-known/openid-configuration",
            "OpenID Connect Discovery 1.0"
        ),
        document(
            "getAuthorizationServerMetadata",
            "/.well-known/oauth-authorization-server",
            "RFC 8414"
        ),
    ]

    private static func document(
        _ name: String,
        _ path: String,
        _ standard: String
    ) -> AccountEndpoint {
        AccountEndpoint(
            name,
            .get,
            path,
            .providers,
            "Get this server's metadata",
            "Who signs the access tokens, and where the keys are (\(standard)), for services that check "
                + "them by themselves. Nobody signs in to other services with accounts of this one.",
            authentication: .none,
            response: .document("The metadata.")
        ) { _, identity async throws(Problem) in
            .document(metadata(of: identity))
        }
    }

    private static func metadata(of identity: IdentityService) -> JSONValue {
        let issuer = identity.configuration.issuer
        let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        let api = identity.engine.model.api
        return [
            "issuer": .string(issuer),
            "jwks_uri": .string(base + "/.well-known/jwks.json"),
            "token_endpoint": .string("\(base)/\(api)/auth/token"),
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic", "client_secret_post",
            ],
            "response_types_supported": [],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["EdDSA"],
            "claims_supported": [
                "iss", "aud", "sub", "iat", "exp", "jti", "sid", "role", "roles", "auth_time",
            ],
            "service_documentation": .string(base + "/docs"),
        ]
    }
}
