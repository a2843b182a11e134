import Engine
import ExpressionSQL
import Identity
import JSON

/// Keys of services and scripts.
enum MachineEndpoints {
    static let all: [AccountEndpoint] = [list, create, revoke, rotate] + ClientEndpoints.all

    /// The permission to make, list and revoke the keys of services, which belong to no account.
    static let permission = "keys.manage"

    private static let isService = EndpointMember.optional(
        "service",
        .boolean,
        "Whether it is about services' keys, for which one needs the permission `keys.manage`."
    )

    private static let members: [EndpointMember] = [
        .required("id", .uuid, "The key's id."),
        .required("name", .text, "What it is for."),
        .required("prefix", .text, "The part of the key that may be shown."),
        .required("scopes", .list(.text, maximum: 64), "What it is limited to."),
        .required("role", .nullable(.text), "A service's role."),
        .required("tenant", .nullable(.uuid), "The tenant that it acts in."),
        .required("expires", .nullable(.timestamp), "When it ends."),
        .required("used", .nullable(.timestamp), "When it was used last, to the minute."),
        .required("created", .timestamp, "When it was made."),
    ]

    private static let list = AccountEndpoint(
        "listAPIKeys",
        .get,
        "api-keys",
        .machines,
        "List API keys",
        "The caller's keys, or those of services, without their secrets; the newest first.",
        authentication: .caller,
        query: [isService],
        response: .list("The keys.", members)
    ) { request, identity async throws(Problem) in
        let owner = try owner(of: request, request.query["service"] == "true", identity)
        return .list(try await identity.keys(of: owner).map(\.json))
    }

    private static let create = AccountEndpoint(
        "createAPIKey",
        .post,
        "api-keys",
        .machines,
        "Make an API key",
        "A key that acts as the caller's account, or as a service with a role, within scopes: "
            + "`<collection>.<verb>`, `<collection>.*` or `*`. The answer is the only one that "
            + "ever has the key. Send it as `Authorization: Bearer`. It acts in the tenant that it is "
            + "made for, and in no other.",
        authentication: .caller,
        allowsImpersonation: false,
        request: [
            .required("name", .text(maximum: 100), "What it is for.", example: "nightly export"),
            .required(
                "scopes",
                .list(.text(maximum: 200), maximum: 64),
                "What it is limited to.",
                example: ["posts.read"]
            ),
            .optional("expires_in", .integer(60...315_360_000), "Seconds until it ends."),
            .optional(
                "role",
                .text(maximum: 100),
                "A service's role: none beyond the caller's own."
            ),
            .optional(
                "tenant",
                .uuid,
                "The tenant that it acts in; that of the session if it is left out."
            ),
            isService,
        ],
        response: .json(
            "The key.",
            [.required("key", .text, "The whole key.")] + members,
            status: 201
        ),
        problems: [.reauthenticationRequired]
    ) { request, identity async throws(Problem) in
        try identity.requireRecentAuthentication(request.caller)
        let isService = request.flag("service")
        let owner = try owner(of: request, isService, identity)
        let role = request.optionalText("role")
        guard isService || role == nil else {
            throw Problem(
                validation: [
                    ValueError(
                        "field.unknown",
                        field: "role",
                        "an account's key has the roles of the account",
                        hint: "leave \"role\" out, or add \"service\": true"
                    )
                ]
            )
        }
        let new = try await identity.createKey(
            KeyRequest(
                name: request.text("name"),
                owner: owner,
                role: role,
                scopes: request.texts("scopes"),
                lifetime: request.integer("expires_in"),
                tenant: request.optionalText("tenant")
                    ?? (isService ? nil : request.caller.tenant)
            ),
            device: request.device
        )
        return .json(new.json, status: 201)
    }

    private static let revoke = AccountEndpoint(
        "revokeAPIKey",
        .delete,
        "api-keys/{id}",
        .machines,
        "Revoke an API key",
        "Ends it, and the tokens that were made of it, within ten seconds.",
        authentication: .caller,
        allowsImpersonation: false,
        query: [isService],
        response: .noContent("It is revoked.")
    ) { request, identity async throws(Problem) in
        let owner = try owner(of: request, request.query["service"] == "true", identity)
        try await identity.revokeKey(
            request.parameters["id"] ?? "",
            of: owner,
            device: request.device
        )
        return .noContent
    }

    private static let rotate = AccountEndpoint(
        "rotateAPIKey",
        .post,
        "api-keys/{id}/rotate",
        .machines,
        "Rotate an API key",
        "Makes a key of the same name, scopes and role. The old one goes on for a while, so that "
            + "both hold until every machine has the new one.",
        authentication: .caller,
        allowsImpersonation: false,
        request: [
            .optional(
                "overlap",
                .integer(0...2_592_000),
                "Seconds for which the old key goes on; a day if it is left out.",
                example: 3_600
            ), isService,
        ],
        response: .json(
            "The key.",
            [.required("key", .text, "The whole key.")] + members,
            status: 201
        ),
        problems: [.reauthenticationRequired]
    ) { request, identity async throws(Problem) in
        try identity.requireRecentAuthentication(request.caller)
        let owner = try owner(of: request, request.flag("service"), identity)
        let new = try await identity.rotateKey(
            request.parameters["id"] ?? "",
            of: owner,
            overlap: request.integer("overlap") ?? 86_400,
            device: request.device
        )
        return .json(new.json, status: 201)
    }

    /// Whose keys a request is about: the caller's, or those of the services that the caller reaches.
    private static func owner(
        of request: AccountRequest,
        _ isService: Bool,
        _ identity: IdentityService
    ) throws(Problem) -> KeyOwner {
        guard isService else { return .account(try request.account()) }
        return .services(try request.operatorRights(permission, identity))
    }
}

extension KeyRecord {
    fileprivate var members: [JSONValue.Member] {
        [
            .init("id", .string(id)), .init("name", .string(name)),
            .init("prefix", .string(prefix)),
            .init("scopes", .array(scopes.map { .string($0) })),
            .init("role", .string(orNull: role)), .init("tenant", .string(orNull: tenant)),
            .init("expires", .time(orNull: expires)),
            .init("used", .time(orNull: used)), .init("created", .time(created)),
        ]
    }

    fileprivate var json: JSONValue { .object(members) }
}

extension NewKey {
    fileprivate var json: JSONValue {
        .object([.init("key", .string(key.text))] + record.members)
    }
}
