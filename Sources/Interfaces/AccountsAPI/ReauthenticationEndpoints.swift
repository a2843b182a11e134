import Engine
import Identity
import JSON

/// Proving again who one is, before something sensitive.
enum ReauthenticationEndpoints {
    static let all: [AccountEndpoint] = [reauthenticate, options]

    private static let reauthenticate = AccountEndpoint(
        "reauthenticate",
        .post,
        "reauthenticate",
        .sessions,
        "Prove again who one is",
        "What is sensitive asks for a proof from the last ten minutes. This takes the password where "
            + "there are any, or, where the account has a second factor, that; the answer has an access token that says "
            + "so. The refresh token stays as it is.",
        authentication: .caller,
        allowsImpersonation: false,
        request: [
            .optional("password", .password, "The account's password."),
            FactorEndpoints.code, FactorEndpoints.recoveryCode, FactorEndpoints.credential,
        ],
        alternatives: [["password"], ["code"], ["recovery_code"], ["credential"]],
        response: .json(
            "The new access token, which is in its cookie in a browser session.",
            [
                .optional("access_token", .text, "In place of the one that was sent."),
                .optional("token_type", .choice(["Bearer"]), "How it is sent."),
                .required("expires_in", .integer(0...86_400), "Seconds."),
            ]
        ),
        problems: [
            .invalidCredentials, .invalidCode, .invalidPasskey, .secondFactorRequired, .throttled,
        ]
    ) { request, identity async throws(Problem) in
        let password = request.optionalText("password")
        let grant = try await identity.reauthenticate(
            request.caller,
            password.map { .password($0) } ?? .factor(FactorEndpoints.proof(request)),
            device: request.device
        )
        guard grant.isBrowser else { return .json(grant.json) }
        return AccountAnswer.json(["expires_in": .integer(grant.expiresIn)])
            .setting(.access(grant.accessToken, age: grant.expiresIn))
    }

    private static let options = AccountEndpoint(
        "getReauthenticationOptions",
        .post,
        "reauthenticate/options",
        .factors,
        "Begin to prove again who one is, with a passkey",
        "What a page passes to `navigator.credentials.get()`; what that gives goes to "
            + "`reauthenticate` as `credential`.",
        authentication: .caller,
        allowsImpersonation: false,
        response: .json("The options.", [FactorEndpoints.publicKey]),
        problems: [.invalidPasskey],
        isAvailable: FactorEndpoints.hasFactors
    ) { request, identity async throws(Problem) in
        .json(["publicKey": try await identity.passkeyRequestOptions(for: request.caller)])
    }
}
