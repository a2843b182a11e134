import Engine
import Identity
import JSON
import ModelLanguage

/// Accounts of people who have not said who they are.
enum AnonymousEndpoints {
    static let all: [AccountEndpoint] = [signUp, upgrade]

    private static let isOffered: @Sendable (Model) -> Bool = { model in
        model.accounts?.accounts?.signIn.contains(.anonymous) == true
    }

    private static let signUp = AccountEndpoint(
        "signUpAnonymously",
        .post,
        "anonymous",
        .signIn,
        "Start an anonymous account",
        "Makes an account without an address and a password, and signs it in. The body may have "
            + "fields of the record. The account is lost with its session, unless it is upgraded.",
        authentication: .none,
        request: [SignInEndpoints.cookie],
        acceptsFields: true,
        response: .tokens(status: 201),
        problems: [.ruleDenied, .throttled],
        isAvailable: isOffered
    ) { request, identity async throws(Problem) in
        guard case .object(let members) = request.body else {
            throw Problem(.malformedRequest, "the body has to be an object")
        }
        let pair = try await identity.signUpAnonymously(
            fields: .object(members.filter { $0.name != SignInEndpoints.cookie.name }),
            caller: request.caller,
            device: request.device,
            isBrowser: request.wantsCookies
        )
        return .tokens(
            pair,
            asCookies: request.wantsCookies,
            status: 201,
            also: [.init("id", .string(pair.account))]
        )
    }

    private static let upgrade = AccountEndpoint(
        "upgradeAccount",
        .post,
        "upgrade",
        .signIn,
        "Make an anonymous account a full one",
        "Gives it an address and a password. Its record and all that belongs to it stay; its "
            + "sessions end, and the answer has a new one.",
        authentication: .caller,
        allowsImpersonation: false,
        request: [
            .required("email", .email, "The address."),
            .required("password", .newPassword, "A password."),
            SignInEndpoints.cookie,
        ],
        response: .tokens(),
        problems: [.emailTaken, .ruleDenied],
        isAvailable: isOffered
    ) { request, identity async throws(Problem) in
        .tokens(
            try await identity.upgrade(
                request.caller,
                email: request.text("email"),
                password: request.text("password"),
                device: request.device,
                isBrowser: request.wantsCookies
            ),
            asCookies: request.wantsCookies
        )
    }
}
