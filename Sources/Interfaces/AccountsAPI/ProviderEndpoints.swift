import Engine
import Identity
import JSON
import ModelLanguage
import OpenIDConnect

/// Sign-in through other services.
enum ProviderEndpoints {
    static let all: [AccountEndpoint] = [start, callback, formCallback, exchange]

    /// Binds a sign-in to the browser that started it.
    static let cookieName = "oauth"
    static let fullCookieName = Cookie(cookieName, "", age: 0).name
    /// The same secret in a cookie that comes along with a form of the provider's page, which is of
    /// another site; a name of its own, so that a sign-in with somebody else meanwhile, whose cookie
    /// does not, leaves it as it is.
    private static let formCookieName = "oauth-form"

    static let hasProviders: @Sendable (Model) -> Bool = { model in
        model.accounts?.accounts?.providers.isEmpty == false
    }

    static let redirectTo = EndpointMember.optional(
        "redirect_to",
        .text,
        "Where the browser goes afterwards, with `code` or `error` in the query: on the app's own "
            + "address or one that the operator allows. The app's own address without it.",
        example: "/signed-in"
    )
    static let codeChallenge = EndpointMember.optional(
        "code_challenge",
        .text(maximum: 43),
        "The base64url of the SHA-256 of a secret that the app keeps and sends as `code_verifier` "
            + "(RFC 7636). An app whose pages are on another site, or that is no page, needs it."
    )
    static let codeVerifier = EndpointMember.optional(
        "code_verifier",
        .text(maximum: 128),
        "The secret whose hash was sent as `code_challenge`."
    )
    static let cookie = EndpointMember.optional(
        "cookie",
        .boolean,
        "Keep the session's tokens in cookies that no script can read."
    )

    private static let start = AccountEndpoint(
        "startProviderSignIn",
        .get,
        "oauth/{provider}",
        .providers,
        "Sign in with a provider",
        "For browsers to go to. They are sent to the provider's page, from there to the callback, and "
            + "from there to `redirect_to` with a `code`, which `oauth/exchange` takes.",
        authentication: .none,
        query: [
            redirectTo, cookie, codeChallenge,
            .optional("ticket", .text, "A ticket of `oauth/{provider}/link`."),
        ],
        response: .redirect("To the provider."),
        problems: [.providerUnavailable, .invalidParameter, .throttled],
        isAvailable: hasProviders
    ) { request, identity async throws(Problem) in
        let provider = request.parameters["provider"] ?? ""
        let challenge = request.query["code_challenge"]
        try check(challenge: challenge)
        let (address, binding) = try await identity.startProviderSignIn(
            ProviderStart(
                provider: provider,
                redirectTo: request.query["redirect_to"],
                isBrowser: request.query["cookie"] == "true",
                codeChallenge: challenge
            ),
            ticket: request.query["ticket"],
            binding: request.device.cookies[fullCookieName],
            device: request.device
        )
        let answer = try AccountAnswer.redirect(to: address).setting(
            Cookie(cookieName, binding, age: IdentityService.providerLifetime)
        )
        guard identity.postsForm(provider) else { return answer }
        return answer.setting(
            Cookie(
                formCookieName,
                binding,
                age: IdentityService.providerLifetime,
                sameSite: .none
            )
        )
    }

    /// A hash of another length could be that of nothing.
    static func check(challenge: String?) throws(Problem) {
        guard let challenge else { return }
        let isHash =
            challenge.utf8.count == 43
            && challenge.allSatisfy {
                $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_")
            }
        guard isHash else {
            throw Problem(
                .invalidParameter,
                "\"code_challenge\" has to be a SHA-256 in base64url, 43 characters",
                parameter: "code_challenge"
            )
        }
    }

    private static let callbackDescription =
        "Where the provider sends the browser back to; to be registered with the provider. Sends it on "
        + "to the app, with `code`, or with `error`: the code of a problem."

    private static let callback = AccountEndpoint(
        "finishProviderSignIn",
        .get,
        "oauth/{provider}/callback",
        .providers,
        "Come back from a provider",
        callbackDescription,
        authentication: .none,
        query: responseMembers.filter { $0.name != "user" },
        // Providers add what they like (RFC 6749, 4.1.2).
        acceptsOtherParameters: true,
        response: .redirect("To the app."),
        problems: [.invalidCode, .forgedRequest],
        isAvailable: hasProviders
    ) { request, identity async throws(Problem) in
        try await answer(
            request,
            identity,
            members: request.query,
            binding: request.device.cookies[fullCookieName]
        )
    }

    private static let formCallback = AccountEndpoint(
        "finishProviderSignInByForm",
        .post,
        "oauth/{provider}/callback",
        .providers,
        "Come back from a provider by a form",
        callbackDescription,
        authentication: .none,
        request: responseMembers,
        acceptsFields: true,
        acceptsForm: true,
        response: .redirect("To the app.", status: 303),
        problems: [.invalidCode, .forgedRequest],
        isAvailable: hasProviders
    ) { request, identity async throws(Problem) in
        guard case .object(let members) = request.body else { throw .invalidCode }
        let texts = members.compactMap { member in
            member.value.stringValue.map { (member.name, $0) }
        }
        let named = Dictionary(texts) { first, _ in first }
        let cookies = request.device.cookies
        return try await answer(
            request,
            identity,
            members: named,
            binding: cookies[Cookie(formCookieName, "", age: 0).name] ?? cookies[fullCookieName],
            afterForm: true
        )
    }

    private static let responseMembers: [EndpointMember] = [
        .optional("state", .text(maximum: 64), "What the provider was sent."),
        .optional("code", .text(maximum: 4_096), "What the provider's tokens are traded for."),
        .optional("iss", .text(maximum: 512), "Who the provider is (RFC 9207)."),
        .optional("error", .text(maximum: 128), "Why the provider refused."),
        .optional("user", .text(maximum: 4_096), "A name that the person chose, as JSON (Apple)."),
    ]

    private static func answer(
        _ request: AccountRequest,
        _ identity: IdentityService,
        members: [String: String],
        binding: String?,
        afterForm: Bool = false
    ) async throws(Problem) -> AccountAnswer {
        let address = try await identity.finishProviderSignIn(
            AuthorizationResponse(
                code: members["code"],
                issuer: members["iss"],
                error: members["error"],
                user: members["user"]
            ),
            provider: request.parameters["provider"] ?? "",
            state: members["state"],
            binding: binding,
            device: request.device
        )
        return try .redirect(to: address, afterForm: afterForm)
    }

    private static let exchange = AccountEndpoint(
        "exchangeProviderResult",
        .post,
        "oauth/exchange",
        .providers,
        "Trade the result of a provider for a session",
        "Takes the `code` that the browser came back with, once, within two minutes, from the same "
            + "browser or with the `code_verifier`. Somebody new gets an account, if the provider tells "
            + "all that one takes; an account that exists is never entered by its address.",
        authentication: .none,
        request: [
            .required("code", .text, "The `code` of the address that the browser came back to."),
            codeVerifier,
        ],
        response: .tokens(),
        problems: [
            .invalidCode, .signUpRequired, .linkRequired, .secondFactorRequired,
            .enrolmentRequired, .accountSuspended, .emailUnverified,
        ],
        isAvailable: hasProviders
    ) { request, identity async throws(Problem) in
        let pair = try await identity.exchangeProviderResult(
            request.text("code"),
            verifier: request.optionalText("code_verifier"),
            binding: request.device.cookies[fullCookieName],
            device: request.device,
            caller: request.caller
        )
        return .tokens(pair, asCookies: pair.isBrowser)
    }
}
