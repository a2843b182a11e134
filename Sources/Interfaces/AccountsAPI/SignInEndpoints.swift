import Engine
import Identity
import JSON
import ModelLanguage

/// Signing in with a password, staying signed in, and signing out.
enum SignInEndpoints {
    static let all: [AccountEndpoint] = [signIn, refresh, signOut, me, methods, keySet]

    static let cookie = EndpointMember.optional(
        "cookie",
        .boolean,
        "Keep the tokens in cookies that no script can read, and answer a CSRF token: for browsers."
    )

    private static let signIn = AccountEndpoint(
        "signIn",
        .post,
        "sign-in",
        .signIn,
        "Sign in",
        "Exchanges an address and its password for tokens. Whether it is the address or the "
            + "password that is wrong, nobody is told.",
        authentication: .none,
        request: [
            .required("email", .email, "The account's address."),
            .required("password", .password, "Its password."),
            cookie,
        ],
        response: .tokens(),
        problems: [.invalidCredentials, .overloaded],
        isAvailable: { $0.accounts?.accounts?.hasPasswords == true }
    ) { request, identity async throws(Problem) in
        .tokens(
            try await identity.signIn(
                email: request.text("email"),
                password: request.text("password"),
                device: request.device,
                isBrowser: request.wantsCookies
            ),
            asCookies: request.wantsCookies
        )
    }

    private static let refresh = AccountEndpoint(
        "refreshTokens",
        .post,
        "refresh",
        .signIn,
        "Refresh the tokens",
        "Exchanges a refresh token for a new pair. Each refresh token works once. Without "
            + "`refresh_token` it is that of the browser's cookie.",
        authentication: .none,
        request: [refreshToken],
        usesRefreshCookie: true,
        response: .tokens(),
        problems: [.invalidRefreshToken, .throttled]
    ) { request, identity async throws(Problem) in
        .tokens(
            try await identity.refresh(try presented(in: request), device: request.device),
            asCookies: request.refreshCookie != nil
        )
    }

    private static let signOut = AccountEndpoint(
        "signOut",
        .post,
        "sign-out",
        .signIn,
        "Sign out",
        "Ends the session of a refresh token, or of the browser's cookie. The answer does not tell "
            + "whether there was one.",
        authentication: .none,
        request: [refreshToken],
        usesRefreshCookie: true,
        response: .noContent("The session is over.")
    ) { request, identity async throws(Problem) in
        try await identity.signOut(try presented(in: request), device: request.device)
        return request.refreshCookie != nil ? .noContent.clearingSession : .noContent
    }

    /// The refresh token of the body or, without one, of the browser's cookie.
    private static func presented(in request: AccountRequest) throws(Problem) -> String {
        if let token = request.optionalText("refresh_token") { return token }
        guard let cookie = request.refreshCookie else {
            throw Problem(
                validation: [
                    ValueError(
                        "field.required",
                        field: "refresh_token",
                        "\"refresh_token\" is missing"
                    )
                ]
            )
        }
        return BrowserSessions.parts(ofRefreshCookie: cookie)?.token ?? ""
    }

    private static let refreshToken = EndpointMember.optional(
        "refresh_token",
        .text,
        "The `refresh_token` of the last answer.",
        example: "rt_eJsNW9zGxKEEHtUmv223Ih41apYfld5WPR6dsNBCwoI"
    )

    private static let me = AccountEndpoint(
        "getMe",
        .get,
        "me",
        .signIn,
        "Get one's own account",
        "The record of the caller's account.",
        authentication: .caller,
        allowsKeys: true,
        response: .account,
        problems: [.recordNotFound],
        handle: nil
    )

    private static let methods = AccountEndpoint(
        "getSignInMethods",
        .get,
        "methods",
        .signIn,
        "Get the ways to sign in",
        "What a page to sign in or up has to show.",
        authentication: .none,
        response: .json(
            "The ways.",
            [
                .required(
                    "methods",
                    .list(.choice(Accounts.Method.allCases.map(\.rawValue)), maximum: 10),
                    "Those without another provider."
                ),
                .required(
                    "providers",
                    .list(
                        .members([
                            .required("name", .text, "As in `oauth/{provider}`."),
                            .required("title", .text, "For people."),
                        ]),
                        maximum: 100
                    ),
                    "Other services to sign in with, those that this server is set up for."
                ),
                .required("sign_up", .choice(["open", "invited"]), "Who may make an account."),
                .required(
                    "verify_email",
                    .boolean,
                    "Whether an account comes to be only once its address is verified."
                ),
                .required(
                    "second_factor",
                    .choice(["off", "optional", "required"]),
                    "Whether a second proof is asked for."
                ),
                .required(
                    "consents",
                    .list(.text, maximum: 100),
                    "What has to be accepted to sign up."
                ),
            ]
        )
    ) { _, identity async throws(Problem) in
        guard let accounts = identity.collection.accounts else { throw Problem(.routeNotFound) }
        return .document(accounts.methodsJSON(identity.providers), age: 60)
    }

    private static let keySet = AccountEndpoint(
        "getKeySet",
        .get,
        "/.well-known/jwks.json",
        .signIn,
        "Get the public keys",
        "The keys that access tokens are signed with (RFC 7517), for services that check them by "
            + "themselves. Ask again at a `kid` that is unknown.",
        authentication: .none,
        response: .document("The keys.")
    ) { _, identity async throws(Problem) in
        .document(identity.keys.jwks)
    }
}
