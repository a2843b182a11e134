import Engine
import Identity
import JSON
import ModelLanguage

/// What somebody who is signed in changes of their session and its proofs.
enum PasswordEndpoints {
    static let all: [AccountEndpoint] = [changePassword, switchTenant]

    private static let changePassword = AccountEndpoint(
        "changePassword",
        .post,
        "password",
        .password,
        "Change one's password",
        "Takes the current password, unless the account has none and was proved lately by what it "
            + "has. All other sessions of the account end, and its owner is told by mail.",
        authentication: .caller,
        allowsImpersonation: false,
        request: [
            .optional("current_password", .password, "The password so far."),
            .required("password", .newPassword, "The new one."),
        ],
        response: .noContent("The password is the new one."),
        problems: [
            .invalidCredentials, .throttled, .validationFailed, .reauthenticationRequired,
            .overloaded,
        ],
        isAvailable: { $0.accounts?.accounts?.hasPasswords == true }
    ) { request, identity async throws(Problem) in
        try await identity.changePassword(
            of: request.caller,
            from: request.optionalText("current_password"),
            to: request.text("password"),
            device: request.device
        )
        return .noContent
    }

    private static let switchTenant = AccountEndpoint(
        "switchTenant",
        .post,
        "tenant",
        .sessions,
        "Go to another tenant",
        "From now on the session is in a tenant that the account belongs to. The answer has an "
            + "access token that says so; the refresh token stays as it is.",
        authentication: .caller,
        allowsImpersonation: false,
        request: [.required("tenant", .uuid, "The tenant's id.")],
        response: .json(
            "The new access token, which is in its cookie in a browser session.",
            [
                .optional("access_token", .text, "In place of the one that was sent."),
                .optional("token_type", .choice(["Bearer"]), "How it is sent."),
                .required("expires_in", .integer(0...86_400), "Seconds."),
            ]
        ),
        problems: [.recordNotFound],
        isAvailable: { $0.tenants != nil }
    ) { request, identity async throws(Problem) in
        let grant = try await identity.switchTenant(
            of: request.caller,
            to: request.text("tenant"),
            device: request.device
        )
        guard grant.isBrowser else { return .json(grant.json) }
        return AccountAnswer.json(["expires_in": .integer(grant.expiresIn)])
            .setting(.access(grant.accessToken, age: grant.expiresIn))
    }
}
