import Engine
import Identity
import JSON
import ModelLanguage

/// Second factors and passkeys.
enum FactorEndpoints {
    static let all: [AccountEndpoint] = [
        secondFactor, list, rename, remove, beginTOTP, confirmTOTP, renewRecoveryCodes,
        creationOptions, register, requestOptions, signIn,
    ]

    // MARK: - Where they are there

    static let hasSecondFactors: @Sendable (Model) -> Bool = { model in
        model.accounts?.accounts.map { $0.secondFactor != .off } ?? false
    }

    static let hasPasskeySignIn: @Sendable (Model) -> Bool = { model in
        model.accounts?.accounts?.signIn.contains(.passkey) ?? false
    }

    static let hasFactors: @Sendable (Model) -> Bool = { model in
        hasSecondFactors(model) || hasPasskeySignIn(model)
    }

    // MARK: - Members

    static let code = EndpointMember.optional(
        "code",
        .text(maximum: 16),
        "The code that an authenticator app shows; each works once.",
        example: "492039"
    )

    static let recoveryCode = EndpointMember.optional(
        "recovery_code",
        .text(maximum: 64),
        "One of the account's recovery codes; each works once.",
        example: "4f7k-9x0m-c2rt-8hqz"
    )

    static let credential = EndpointMember.optional(
        "credential",
        .object,
        "What `navigator.credentials.get()` gave, as its `toJSON()` writes it."
    )

    static let name = EndpointMember.optional(
        "name",
        .text(maximum: 64),
        "What its owner calls it.",
        example: "Ann's phone"
    )

    static let factorMembers: [EndpointMember] = [
        .required("id", .uuid, "The factor."),
        .required("type", .choice(["totp", "passkey"]), "An authenticator app, or a passkey."),
        .required("name", .text, "What its owner calls it."),
        .required("created", .timestamp, "When it was set up."),
        .required("used", .nullable(.timestamp), "When it was used last; null if never."),
        .optional("synced", .boolean, "Of a passkey: whether it is on several devices."),
    ]

    static let recoveryCodes = EndpointMember.optional(
        "recovery_codes",
        .list(.text, maximum: 10),
        "Shown this once, with the account's first factor: to be kept in a safe place."
    )

    static let publicKey = EndpointMember.required(
        "publicKey",
        .object,
        "To be passed to `PublicKeyCredential.parse…OptionsFromJSON()`."
    )

    static func proof(_ request: AccountRequest) -> SecondFactorProof {
        if let code = request.optionalText("code") { return .code(code) }
        if let code = request.optionalText("recovery_code") { return .recoveryCode(code) }
        return .credential(request.body["credential"] ?? .null)
    }

    // MARK: - Signing in

    private static let secondFactor = AccountEndpoint(
        "proveSecondFactor",
        .post,
        "second-factor",
        .factors,
        "Sign in with the second factor",
        "Ends a sign-in that was answered with `auth.second-factor-required`. The challenge takes "
            + "five attempts. Cookies are set if the sign-in asked for them.",
        authentication: .none,
        request: [
            .required(
                "challenge",
                .text,
                "The `challenge` of that answer.",
                example: "tk_eJsNW9zGxKEEHtUmv223Ih41apYfld5WPR6dsNBCwoI"
            ),
            code, recoveryCode, credential,
        ],
        alternatives: [["code"], ["recovery_code"], ["credential"]],
        response: .tokens(),
        problems: [.invalidCode, .invalidPasskey, .throttled],
        isAvailable: hasSecondFactors
    ) { request, identity async throws(Problem) in
        let tokens = try await identity.completeSignIn(
            challenge: request.text("challenge"),
            proof: proof(request),
            device: request.device
        )
        return .tokens(tokens, asCookies: tokens.isBrowser)
    }

    private static let requestOptions = AccountEndpoint(
        "getPasskeyOptions",
        .post,
        "passkeys/options",
        .factors,
        "Begin to use a passkey",
        "What a page passes to `navigator.credentials.get()`: to sign in with a passkey alone, or, "
            + "with the `challenge` of a sign-in, as its second factor. It stands for five minutes, "
            + "and for one answer.",
        authentication: .none,
        request: [
            .optional("challenge", .text, "That of a sign-in that waits for its second factor.")
        ],
        response: .json("The options.", [publicKey]),
        problems: [.invalidCode, .invalidPasskey],
        isAvailable: hasFactors
    ) { request, identity async throws(Problem) in
        let challenge = request.optionalText("challenge")
        let options = try await identity.passkeyRequestOptions(
            challenge: challenge,
            device: request.device
        )
        return .json(["publicKey": options])
    }

    private static let signIn = AccountEndpoint(
        "signInWithPasskey",
        .post,
        "passkeys/sign-in",
        .factors,
        "Sign in with a passkey",
        "Exchanges what an authenticator signed for tokens. Nobody types a name: the passkey says "
            + "whose it is. It counts as two factors, since the authenticator verified its user.",
        authentication: .none,
        request: [
            .required(
                "credential",
                .object,
                "What `navigator.credentials.get()` gave, as its `toJSON()` writes it.",
                example: ["id": "AQID", "type": "public-key", "response": [:]]
            ),
            SignInEndpoints.cookie,
        ],
        response: .tokens(),
        problems: [.invalidCode, .invalidPasskey, .accountSuspended],
        isAvailable: hasPasskeySignIn
    ) { request, identity async throws(Problem) in
        .tokens(
            try await identity.signIn(
                passkey: request.body["credential"] ?? .null,
                device: request.device,
                isBrowser: request.wantsCookies
            ),
            asCookies: request.wantsCookies
        )
    }

    // MARK: - What an account has

    private static let list = AccountEndpoint(
        "listFactors",
        .get,
        "factors",
        .factors,
        "List one's factors",
        "The authenticator apps and passkeys of the caller's account, the oldest first, and how "
            + "many recovery codes are left.",
        authentication: .caller,
        response: .json(
            "The factors.",
            [
                .required("items", .list(.members(factorMembers), maximum: 20), "The factors."),
                .required("recovery_codes", .integer(0...10), "Recovery codes that are left."),
            ]
        ),
        isAvailable: hasFactors
    ) { request, identity async throws(Problem) in
        let overview = try await identity.factorOverview(of: request.caller)
        return .json([
            "items": .array(overview.factors.map(\.json)),
            "recovery_codes": .integer(Int64(overview.recoveryCodes)),
        ])
    }

    private static let rename = AccountEndpoint(
        "renameFactor",
        .patch,
        "factors/{id}",
        .factors,
        "Rename a factor",
        "Gives one of the caller's factors another name.",
        authentication: .caller,
        allowsImpersonation: false,
        request: [.required("name", .text(maximum: 64), "What its owner calls it.")],
        response: .json("The factor.", factorMembers),
        isAvailable: hasFactors
    ) { request, identity async throws(Problem) in
        .json(
            try await identity.renameFactor(
                request.parameters["id"] ?? "",
                of: request.caller,
                to: request.text("name")
            ).json
        )
    }

    private static let remove = AccountEndpoint(
        "deleteFactor",
        .delete,
        "factors/{id}",
        .factors,
        "Remove a factor",
        "Removes one of the caller's factors; with the last one, the recovery codes go. Whoever "
            + "calls has to have proved who they are in the last ten minutes.",
        authentication: .caller,
        allowsImpersonation: false,
        response: .noContent("It is gone."),
        problems: [.reauthenticationRequired, .factorRefused],
        isAvailable: hasFactors
    ) { request, identity async throws(Problem) in
        try await identity.removeFactor(
            request.parameters["id"] ?? "",
            of: request.caller,
            device: request.device
        )
        return .noContent
    }

    private static let renewRecoveryCodes = AccountEndpoint(
        "createRecoveryCodes",
        .post,
        "recovery-codes",
        .factors,
        "Get new recovery codes",
        "Ten new recovery codes in place of the old ones, shown this once. Whoever calls has to have "
            + "proved who they are in the last ten minutes.",
        authentication: .caller,
        allowsImpersonation: false,
        response: .json("The codes.", [recoveryCodes]),
        problems: [.reauthenticationRequired, .factorRefused],
        isAvailable: hasSecondFactors
    ) { request, identity async throws(Problem) in
        let codes = try await identity.renewRecoveryCodes(
            of: request.caller,
            device: request.device
        )
        return .json(["recovery_codes": .array(codes.map { .string($0) })])
    }
}

extension Factor {
    /// What its owner sees of it.
    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("id", .string(id)),
            .init("type", .string(kind.rawValue)),
            .init("name", .string(name)),
            .init("created", .time(created)),
            .init("used", .time(orNull: used)),
        ]
        if let isSynced { members.append(.init("synced", .bool(isSynced))) }
        return .object(members)
    }
}
