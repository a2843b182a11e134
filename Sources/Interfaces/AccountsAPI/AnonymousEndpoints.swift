import Engine
import Identity
import JSON
import ModelLanguage

/// Accounts of people who have not said who they are.
enum AnonymousEndpoints {
    static let all: [AccountEndpoint] = [signUp, upgrade, verifiedUpgrade]

    /// Without passwords, what leads back in to a full account is a code.
    private static let isUpgradable: @Sendable (Model) -> Bool = { model in
        guard let accounts = model.accounts?.accounts else { return false }
        return isOffered(model) && (accounts.hasPasswords || accounts.signIn.contains(.code))
    }

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

    // MARK: Upgrade

    private static let credentials: [EndpointMember] = [
        .required("email", .email, "The address."),
        .required("password", .newPassword, "A password."),
        .optional(
            "consents",
            .list(.text(maximum: 100), maximum: 50),
            "What the model asks for, all of it; as at a sign-up."
        ),
        SignInEndpoints.cookie,
    ]

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
        request: credentials,
        response: .tokens(),
        problems: [.emailTaken, .ruleDenied, .reauthenticationRequired, .overloaded],
        isAvailable: { isUpgradable($0) && !verifiesAddresses($0) },
        handle: performUpgrade
    )

    private static let verifiedUpgrade = AccountEndpoint(
        "upgradeAccount",
        .post,
        "upgrade",
        .signIn,
        "Make an anonymous account a full one",
        "Sends a mail to the address. Once it is answered, at `verify` with the `verification` of the "
            + "answer, the account has the address, and the password if there are any; its record and "
            + "all that belongs to it stay, and its sessions end. The answer is the same for every address.",
        authentication: .caller,
        allowsImpersonation: false,
        request: credentials,
        response: .accepted("A mail is on its way.", VerificationEndpoints.announced),
        problems: [.ruleDenied, .reauthenticationRequired, .throttled, .overloaded],
        isAvailable: { isUpgradable($0) && verifiesAddresses($0) },
        handle: performUpgrade
    )

    private static func verifiesAddresses(_ model: Model) -> Bool {
        model.accounts?.accounts.map { $0.verifyEmail || !$0.hasPasswords } ?? false
    }

    @Sendable private static func performUpgrade(
        _ request: AccountRequest,
        _ identity: IdentityService
    ) async throws(Problem) -> AccountAnswer {
        let upgrade = try await identity.upgrade(
            request.caller,
            email: request.text("email"),
            password: request.optionalText("password"),
            consents: request.body["consents"],
            device: request.device,
            isBrowser: request.wantsCookies
        )
        switch upgrade {
        case .upgraded(let pair): return .tokens(pair, asCookies: request.wantsCookies)
        case .verificationSent(let binding):
            return VerificationEndpoints.sent("verification-sent", binding)
        }
    }
}
