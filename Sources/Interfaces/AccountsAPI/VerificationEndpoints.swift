import Engine
import Identity
import JSON
import ModelLanguage

/// What proves that an address is its owner's.
enum VerificationEndpoints {
    static let all: [AccountEndpoint] = [verify, resend]

    private static let cookieName = "verification"
    private static let fullCookieName = Cookie(cookieName, "", age: 0).name

    static let binding = EndpointMember.optional(
        "verification",
        .text(maximum: 64),
        "What the answer that announced the mail had; left out, that of the browser's cookie.",
        example: "q2Yl0cHqkJ1xT9mZr4sVdA"
    )
    static let consents = EndpointMember.optional(
        "consents",
        .list(.text(maximum: 100), maximum: 50),
        "What is agreed to, for a sign-up that began elsewhere."
    )

    /// The members of an answer that announces a mail.
    static let announced: [EndpointMember] = [
        .required(
            "verification",
            .text,
            "Goes with what the mail has, and shows that it comes from where it was asked for."
        )
    ]

    /// Announces a mail: with what belongs to it in the body, and as a cookie for the page that the
    /// mail's link opens.
    static func sent(_ status: String, _ binding: String) -> AccountAnswer {
        .json(["status": .string(status), "verification": .string(binding)], status: 202)
            .setting(
                Cookie(
                    cookieName,
                    binding,
                    age: IdentityService.verificationLifetime,
                    sameSite: .strict
                )
            )
    }

    static func binding(of request: AccountRequest) -> String? {
        request.optionalText(binding.name) ?? request.device.cookies[fullCookieName]
    }

    private static let verify = AccountEndpoint(
        "verifyEmail",
        .post,
        "verify",
        .password,
        "Verify an address",
        "Completes a sign-up by what was sent to its address: the account is made and signed in. "
            + "For an account that there is already, notes that the address is its owner's, and "
            + "answers 200 with a `status`.\n\nAnybody can sign up with anybody's address, so it has "
            + "to come from where the sign-up began, with `verification`. A link that is opened "
            + "elsewhere takes what the account has from then on, in place of what it was begun with. A "
            + "code works with `verification` alone, and is tried five times at most.",
        authentication: .none,
        request: [
            MailEndpoints.token, MailEndpoints.optionalEmail, MailEndpoints.code, binding,
            .optional(
                "password",
                .newPassword,
                "The password that the account is to have, if this began elsewhere."
            ),
            consents, SignInEndpoints.cookie,
        ],
        alternatives: [["token"], ["email", "code"]],
        response: .tokens(status: 201),
        problems: [
            .invalidCode, .passwordRequired, .throttled, .overloaded, .emailTaken, .uniqueViolated,
            .ruleDenied, .enrolmentRequired,
        ]
    ) { request, identity async throws(Problem) in
        let verification: Verification
        let claim = VerificationClaim(
            binding: binding(of: request),
            password: request.optionalText("password"),
            consents: request.body[consents.name]
        )
        if let token = request.optionalText("token") {
            verification = try await identity.verify(
                token: token,
                claim: claim,
                device: request.device,
                isBrowser: request.wantsCookies
            )
        } else {
            try requireBinding(claim)
            verification = try await identity.verify(
                email: request.text("email"),
                code: request.text("code"),
                claim: claim,
                device: request.device,
                isBrowser: request.wantsCookies
            )
        }
        switch verification {
        case .verified: return .json(["status": "verified"])
        case .registered(let account, let tokens):
            return .tokens(
                tokens,
                asCookies: request.wantsCookies,
                status: 201,
                also: [JSONValue.Member("account", .string(account.id))]
            )
        }
    }

    private static func requireBinding(_ claim: VerificationClaim) throws(Problem) {
        guard claim.binding == nil else { return }
        throw Problem(
            validation: [
                ValueError(
                    "field.required",
                    field: binding.name,
                    "\"verification\" is missing, which goes with a code",
                    hint: "send what the answer to the sign-up had, or follow the mail's link"
                )
            ]
        )
    }

    private static let resend = AccountEndpoint(
        "resendVerification",
        .post,
        "verify/resend",
        .password,
        "Send the verification once more",
        "Sends another code and link, if a verification waits. With the `verification` of a sign-up "
            + "it is that one's, and those sent for it before are void. The answer is the same for "
            + "every address.",
        authentication: .none,
        request: [MailEndpoints.email, binding],
        response: .accepted("A mail is sent if a verification waits.", announced),
        problems: [.throttled]
    ) { request, identity async throws(Problem) in
        let binding = try await identity.resendVerification(
            email: request.text("email"),
            binding: binding(of: request),
            device: request.device
        )
        return sent("verification-sent", binding)
    }
}
