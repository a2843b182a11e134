import Engine
import Identity
import JSON
import ModelLanguage

/// The identities of the caller's account at other services.
enum IdentityEndpoints {
    static let all: [AccountEndpoint] = [list, startLink, link, unlink]

    private static let members: [EndpointMember] = [
        .required("id", .uuid, "The identity here."),
        .required("provider", .text, "The provider's name in this app."),
        .required("created", .timestamp, "Since when it is linked."),
    ]

    private static let list = AccountEndpoint(
        "listIdentities",
        .get,
        "identities",
        .providers,
        "List one's identities",
        "The providers that the account can be signed in to with.",
        authentication: .caller,
        response: .list("The identities, the oldest first.", members),
        isAvailable: ProviderEndpoints.hasProviders
    ) { request, identity async throws(Problem) in
        .list(try await identity.identities(of: request.account()).map(json))
    }

    private static let startLink = AccountEndpoint(
        "startLinkingIdentity",
        .post,
        "oauth/{provider}/link",
        .providers,
        "Begin to link an identity",
        "Answers a path for the browser to go to within two minutes. It comes back to `redirect_to` "
            + "with a `code`, which `identities` takes.",
        authentication: .caller,
        allowsImpersonation: false,
        request: [ProviderEndpoints.redirectTo, ProviderEndpoints.codeChallenge],
        response: .json(
            "Where to go.",
            [.required("path", .text, "On this server; for the browser.")]
        ),
        problems: [.providerUnavailable, .emailUnverified, .reauthenticationRequired],
        isAvailable: ProviderEndpoints.hasProviders
    ) { request, identity async throws(Problem) in
        let provider = request.parameters["provider"] ?? ""
        let challenge = request.optionalText("code_challenge")
        try ProviderEndpoints.check(challenge: challenge)
        try identity.requireRecentAuthentication(request.caller)
        let ticket = try await identity.startLinking(
            ProviderStart(
                provider: provider,
                redirectTo: request.optionalText("redirect_to"),
                codeChallenge: challenge
            ),
            to: request.account()
        )
        let api = identity.engine.model.api
        return .json(["path": .string("/\(api)/auth/oauth/\(provider)?ticket=\(ticket)")])
    }

    private static let link = AccountEndpoint(
        "linkIdentity",
        .post,
        "identities",
        .providers,
        "Link an identity",
        "With the `code` of `oauth/{provider}/link`, or the `ticket` of `auth.link-required`.",
        authentication: .caller,
        allowsImpersonation: false,
        request: [
            .optional("code", .text, "The `code` that the browser came back with."),
            ProviderEndpoints.codeVerifier,
            .optional("ticket", .text, "The `ticket` of the problem `auth.link-required`."),
        ],
        alternatives: [["code"], ["ticket"]],
        response: .json("The identity.", members, status: 201),
        problems: [
            .invalidCode, .emailUnverified, .identityTaken, .reauthenticationRequired,
        ],
        isAvailable: ProviderEndpoints.hasProviders
    ) { request, identity async throws(Problem) in
        try identity.requireRecentAuthentication(request.caller)
        let linked = try await identity.linkIdentity(
            code: request.optionalText("code"),
            ticket: request.optionalText("ticket"),
            verifier: request.optionalText("code_verifier"),
            binding: request.device.cookies[ProviderEndpoints.fullCookieName],
            to: request.account(),
            device: request.device
        )
        return .json(json(linked), status: 201)
    }

    private static let unlink = AccountEndpoint(
        "unlinkIdentity",
        .delete,
        "identities/{id}",
        .providers,
        "Unlink an identity",
        "Never the last way to sign in.",
        authentication: .caller,
        allowsImpersonation: false,
        response: .noContent("The identity is unlinked."),
        problems: [.lastSignIn, .reauthenticationRequired],
        isAvailable: ProviderEndpoints.hasProviders
    ) { request, identity async throws(Problem) in
        try identity.requireRecentAuthentication(request.caller)
        try await identity.unlinkIdentity(
            request.parameters["id"] ?? "",
            of: request.account(),
            device: request.device
        )
        return .noContent
    }

    private static func json(_ identity: LinkedIdentity) -> JSONValue {
        [
            "id": .string(identity.id), "provider": .string(identity.provider),
            "created": .time(identity.created),
        ]
    }
}
