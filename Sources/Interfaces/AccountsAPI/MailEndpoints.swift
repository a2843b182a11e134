import Engine
import Identity
import JSON
import ModelLanguage

/// What needs somebody's mailbox: a new password, another address, sign-in by a code.
enum MailEndpoints {
    static let all: [AccountEndpoint] = [
        forgot, reset, changeAddress, confirmAddress, restoreAddress, requestCode, signInByCode,
    ]

    private static let tokenExample: JSONValue = "tk_eJsNW9zGxKEEHtUmv223Ih41apYfld5WPR6dsNBCwoI"
    static let token = EndpointMember.optional(
        "token",
        .text,
        "What the link of the mail carries.",
        example: tokenExample
    )
    private static let requiredToken = EndpointMember.required(
        "token",
        .text,
        "What the link of the mail carries.",
        example: tokenExample
    )
    static let code = EndpointMember.optional(
        "code",
        .text(maximum: 32),
        "The eight digits of the mail.",
        example: "40317925"
    )
    static let email = EndpointMember.required("email", .email, "The address.")
    static let optionalEmail = EndpointMember.optional(
        "email",
        .email,
        "The address that the code was sent to."
    )

    private static func hasPasswords(_ model: Model) -> Bool {
        model.accounts?.accounts?.hasPasswords == true
    }

    private static func hasCodes(_ model: Model) -> Bool {
        model.accounts?.accounts?.signIn.contains(.code) == true
    }

    // MARK: Password

    private static let forgot = AccountEndpoint(
        "requestPasswordReset",
        .post,
        "password/forgot",
        .password,
        "Ask for a new password",
        "Sends a link that sets a new password; it stands for 30 minutes and works once, and those "
            + "sent before are void. The answer is the same for every address.",
        authentication: .none,
        request: [email],
        response: .accepted("A mail is sent if there is an account."),
        problems: [.throttled],
        isAvailable: hasPasswords
    ) { request, identity async throws(Problem) in
        try await identity.requestPasswordReset(
            email: request.text("email"),
            device: request.device
        )
        return .accepted("reset-sent")
    }

    private static let reset = AccountEndpoint(
        "resetPassword",
        .post,
        "password/reset",
        .password,
        "Set a new password",
        "Sets a new password by the token of a mail, and ends all sessions of the account. With a "
            + "password that is refused the token still stands.",
        authentication: .none,
        request: [
            requiredToken,
            .required("password", .newPassword, "The new password."),
        ],
        response: .noContent("The password is set. Sign in with it."),
        problems: [.invalidCode, .overloaded],
        isAvailable: hasPasswords
    ) { request, identity async throws(Problem) in
        try await identity.resetPassword(
            token: request.text("token"),
            password: request.text("password"),
            device: request.device
        )
        return .noContent
    }

    // MARK: Address

    private static let changeAddress = AccountEndpoint(
        "requestEmailChange",
        .post,
        "email",
        .password,
        "Change one's address",
        "Sends a link to the new address, which confirms it within 24 hours. Until then nothing "
            + "changes. Needs a sign-in of the last 10 minutes.",
        authentication: .caller,
        allowsImpersonation: false,
        request: [.required("email", .email, "The new address.")],
        response: .accepted(
            "A mail is sent to the new address.",
            VerificationEndpoints.announced
        ),
        problems: [.reauthenticationRequired, .throttled]
    ) { request, identity async throws(Problem) in
        let binding = try await identity.requestAddressChange(
            to: request.text("email"),
            caller: request.caller,
            device: request.device
        )
        return VerificationEndpoints.sent("confirmation-sent", binding)
    }

    private static let confirmAddress = AccountEndpoint(
        "confirmEmailChange",
        .post,
        "email/confirm",
        .password,
        "Confirm a new address",
        "Makes the new address the account's. The former one is told, with a link that takes the "
            + "change back for 7 days.\n\nIt has to come from where it was asked for, with "
            + "`verification`, from a browser that the account was used in, or with the account's "
            + "`password`.",
        authentication: .none,
        request: [
            requiredToken, VerificationEndpoints.binding,
            .optional("password", .password, "The account's password."),
        ],
        response: .noContent("The account has the new address."),
        problems: [
            .invalidCode, .passwordRequired, .invalidCredentials, .throttled, .overloaded,
            .emailTaken,
        ]
    ) { request, identity async throws(Problem) in
        try await identity.confirmAddressChange(
            token: request.text("token"),
            claim: VerificationClaim(
                binding: VerificationEndpoints.binding(of: request),
                password: request.optionalText("password")
            ),
            device: request.device
        )
        return .noContent
    }

    private static let restoreAddress = AccountEndpoint(
        "restoreEmail",
        .post,
        "email/restore",
        .password,
        "Take a change of address back",
        "Gives the account its former address back, ends all its sessions, and, where there are "
            + "passwords, sends a link for a new one to the address.",
        authentication: .none,
        request: [requiredToken],
        response: .noContent("The account has its former address."),
        problems: [.invalidCode, .emailTaken]
    ) { request, identity async throws(Problem) in
        try await identity.restoreAddress(token: request.text("token"), device: request.device)
        return .noContent
    }

    // MARK: Codes

    private static let codeCookie = "code"

    private static let requestCode = AccountEndpoint(
        "requestSignInCode",
        .post,
        "code",
        .signIn,
        "Ask for a code to sign in",
        "Sends a code and a link that sign in; they stand for 10 minutes, one of them works once, "
            + "and those sent before are void. With `cookie` the code is for this browser alone. "
            + "The answer is the same for every address.",
        authentication: .none,
        request: [email, SignInEndpoints.cookie],
        response: .accepted("A mail is sent if there is an account."),
        problems: [.throttled],
        isAvailable: hasCodes
    ) { request, identity async throws(Problem) in
        let binding = try await identity.requestSignInCode(
            email: request.text("email"),
            device: request.device,
            isBound: request.wantsCookies
        )
        let answer = AccountAnswer.accepted("code-sent")
        guard let binding else { return answer }
        return answer.setting(
            Cookie(codeCookie, binding, age: IdentityService.codeLifetime, sameSite: .strict)
        )
    }

    private static let signInByCode = AccountEndpoint(
        "signInByCode",
        .post,
        "code/sign-in",
        .signIn,
        "Sign in by a code",
        "Exchanges a code, or the token of a link, for tokens. A code is tried five times at most.",
        authentication: .none,
        request: [optionalEmail, code, token, SignInEndpoints.cookie],
        alternatives: [["token"], ["email", "code"]],
        response: .tokens(),
        problems: [
            .invalidCode, .throttled, .secondFactorRequired, .enrolmentRequired,
            .accountSuspended,
        ],
        isAvailable: hasCodes
    ) { request, identity async throws(Problem) in
        let tokens: TokenPair
        if let token = request.optionalText("token") {
            tokens = try await identity.signIn(
                token: token,
                device: request.device,
                isBrowser: request.wantsCookies
            )
        } else {
            tokens = try await identity.signIn(
                email: request.text("email"),
                code: request.text("code"),
                binding: request.device.cookies["__Host-mainstay-\(codeCookie)"],
                device: request.device,
                isBrowser: request.wantsCookies
            )
        }
        return .tokens(tokens, asCookies: request.wantsCookies)
    }
}
