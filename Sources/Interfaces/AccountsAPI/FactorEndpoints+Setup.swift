import Engine
import Identity
import JSON

// Setting factors up: by somebody who is signed in, or with the challenge of a sign-in that waits.
extension FactorEndpoints {
    private static let setupProblems: [ProblemCode] = [
        .reauthenticationRequired, .invalidCode, .factorRefused,
    ]

    /// Who sets a factor up: by the challenge, where there is one.
    private static func enroller(_ request: AccountRequest) -> Enroller {
        request.optionalText("challenge").map { .challenge($0) } ?? .caller(request.caller)
    }

    static let beginTOTP = AccountEndpoint(
        "createAuthenticatorApp",
        .post,
        "factors/totp",
        .factors,
        "Begin to set up an authenticator app",
        "A new secret for an authenticator app, shown this once. It counts for nothing until "
            + "`factors/totp/confirm` has its first code, within an hour.",
        authentication: .challenge,
        allowsImpersonation: false,
        request: [name],
        response: .json(
            "The secret.",
            [
                .required("id", .uuid, "The factor."),
                .required("secret", .text, "In Base 32, to be typed."),
                .required("uri", .text, "`otpauth://…`, to be shown as a QR code."),
            ],
            status: 201
        ),
        problems: setupProblems,
        isAvailable: hasSecondFactors
    ) { request, identity async throws(Problem) in
        let enrolment = try await identity.beginTOTP(
            enroller(request),
            name: request.optionalText("name")
        )
        return .json(
            [
                "id": .string(enrolment.id), "secret": .string(enrolment.secret),
                "uri": .string(enrolment.uri),
            ],
            status: 201
        )
    }

    static let confirmTOTP = AccountEndpoint(
        "confirmAuthenticatorApp",
        .post,
        "factors/totp/confirm",
        .factors,
        "Set up an authenticator app",
        "Makes the app a second factor, by the code that it shows now. With the challenge of a "
            + "sign-in, the answer has its tokens, too.",
        authentication: .challenge,
        allowsImpersonation: false,
        request: [
            .required(
                "id",
                .uuid,
                "The factor.",
                example: "01a1fd70-8470-72c8-b3e7-99227631e8ad"
            ),
            .required(
                "code",
                .text(maximum: 16),
                "The code that the app shows.",
                example: "492039"
            ),
        ],
        response: .json(
            "The factor.",
            [.required("factor", .members(factorMembers), "The factor."), recoveryCodes],
            status: 201
        ),
        problems: setupProblems,
        isAvailable: hasSecondFactors
    ) { request, identity async throws(Problem) in
        try await answer(
            identity.confirmTOTP(
                enroller(request),
                id: request.text("id"),
                code: request.text("code"),
                device: request.device
            )
        )
    }

    static let creationOptions = AccountEndpoint(
        "getPasskeyCreationOptions",
        .post,
        "factors/passkeys/options",
        .factors,
        "Begin to set up a passkey",
        "What a page passes to `navigator.credentials.create()`. It stands for five minutes, and for "
            + "one answer.",
        authentication: .challenge,
        allowsImpersonation: false,
        response: .json("The options.", [publicKey]),
        problems: setupProblems + [.invalidPasskey],
        isAvailable: hasFactors
    ) { request, identity async throws(Problem) in
        .json(["publicKey": try await identity.passkeyCreationOptions(enroller(request))])
    }

    static let register = AccountEndpoint(
        "createPasskey",
        .post,
        "factors/passkeys",
        .factors,
        "Set up a passkey",
        "Keeps the passkey that the page has made. With the challenge of a sign-in, the answer has "
            + "its tokens, too.",
        authentication: .challenge,
        allowsImpersonation: false,
        request: [
            .required(
                "credential",
                .object,
                "What `navigator.credentials.create()` gave, as its `toJSON()` writes it.",
                example: ["id": "AQID", "type": "public-key", "response": [:]]
            ),
            name,
        ],
        response: .json(
            "The factor.",
            [.required("factor", .members(factorMembers), "The factor."), recoveryCodes],
            status: 201
        ),
        problems: setupProblems + [.invalidPasskey],
        isAvailable: hasFactors
    ) { request, identity async throws(Problem) in
        try await answer(
            identity.registerPasskey(
                enroller(request),
                credential: request.body["credential"] ?? .null,
                name: request.optionalText("name"),
                device: request.device
            )
        )
    }

    private static func answer(_ setup: FactorSetup) -> AccountAnswer {
        var members: [JSONValue.Member] = [.init("factor", setup.factor.json)]
        if let codes = setup.recoveryCodes {
            members.append(.init("recovery_codes", .array(codes.map { .string($0) })))
        }
        guard let tokens = setup.tokens else { return .json(.object(members), status: 201) }
        return .tokens(tokens, asCookies: tokens.isBrowser, status: 201, also: members)
    }
}
