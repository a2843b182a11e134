import Engine
import Identity
import JSON
import ModelLanguage

/// What operators do with the accounts of others, each with a permission of its own.
enum OperatorEndpoints {
    static let all: [AccountEndpoint] = [suspend, restore, impersonate, grant, audit]

    private static func permission(_ verb: String, _ identity: IdentityService) -> String {
        "\(identity.collection.name).\(verb)"
    }

    private static let suspend = AccountEndpoint(
        "suspendAccount",
        .post,
        "accounts/{id}/suspend",
        .operators,
        "Suspend an account",
        "Nobody signs in to it any more, and its sessions end. Needs the permission "
            + "`<accounts>.suspend` and all permissions that the account has.",
        authentication: .caller,
        allowsImpersonation: false,
        response: .noContent("It is suspended."),
        problems: [.ruleDenied]
    ) { request, identity async throws(Problem) in
        try await identity.suspend(
            request.parameters["id"] ?? "",
            by: try request.operatorRights(permission("suspend", identity), identity),
            device: request.device
        )
        return .noContent
    }

    private static let restore = AccountEndpoint(
        "restoreAccount",
        .post,
        "accounts/{id}/restore",
        .operators,
        "Restore a suspended account",
        "It can sign in again. Needs the permission `<accounts>.suspend`.",
        authentication: .caller,
        allowsImpersonation: false,
        response: .noContent("It is restored."),
        problems: [.ruleDenied]
    ) { request, identity async throws(Problem) in
        try await identity.restore(
            request.parameters["id"] ?? "",
            by: try request.operatorRights(permission("suspend", identity), identity),
            device: request.device
        )
        return .noContent
    }

    private static let impersonate = AccountEndpoint(
        "impersonateAccount",
        .post,
        "accounts/{id}/impersonate",
        .operators,
        "Act as an account",
        "A short access token that is not refreshed. Its `act` claim names the operator, as does "
            + "`impersonator` in every event, and it changes no password, factor or key. Needs the "
            + "permission `<accounts>.impersonate` and all permissions that the account has.",
        authentication: .caller,
        allowsImpersonation: false,
        request: [
            .optional(
                "tenant",
                .uuid,
                "The tenant to act in, for those who reach all tenants; all others act in their own."
            )
        ],
        response: .json(
            "The token.",
            [
                .required("access_token", .text(maximum: 4_096), "A JWT."),
                .required("token_type", .choice(["Bearer"]), "How to send it."),
                .required("expires_in", .integer(1...3_600), "Seconds."),
            ]
        ),
        problems: [.ruleDenied, .accountSuspended]
    ) { request, identity async throws(Problem) in
        let pair = try await identity.impersonate(
            request.parameters["id"] ?? "",
            by: try request.operatorRights(permission("impersonate", identity), identity),
            tenant: request.optionalText("tenant"),
            device: request.device
        )
        return .json([
            "access_token": .string(pair.accessToken), "token_type": "Bearer",
            "expires_in": .integer(pair.expiresIn),
        ])
    }

    private static let grant = AccountEndpoint(
        "grantRole",
        .put,
        "accounts/{id}/role",
        .operators,
        "Give an account a role",
        "Or none, with `null`. Needs the permission `<accounts>.grant`, all permissions that the "
            + "role has, and all that the account has; in an app with tenants `tenants.all`, too, "
            + "since the role holds in every one.",
        authentication: .caller,
        allowsImpersonation: false,
        request: [
            .required("role", .nullable(.text(maximum: 100)), "A role of the model, or null.")
        ],
        response: .noContent("It has the role."),
        problems: [.ruleDenied]
    ) { request, identity async throws(Problem) in
        try await identity.setRole(
            request.optionalText("role"),
            of: request.parameters["id"] ?? "",
            by: try request.operatorRights(permission("grant", identity), identity),
            device: request.device
        )
        return .noContent
    }

    private static let audit = AccountEndpoint(
        "listAuditEntries",
        .get,
        "audit",
        .operators,
        "Read the audit log",
        "Sign-ins, failures, grants, uses of keys and what operators did, the newest first. Needs "
            + "the permission `audit.read`. In an app with tenants, without `tenants.all`, these are "
            + "the entries about accounts that belong to the caller's tenant alone, and a page may "
            + "have few of them, or none, before the next.",
        authentication: .caller,
        query: [
            .optional("account", .uuid, "Entries about this account alone."),
            .optional("limit", .integer(1...200), "How many; 50 if it is left out."),
            .optional("cursor", .integer(1...Int64.max), "The `next` of the page before."),
        ],
        response: .list(
            "The entries.",
            [
                .required("at", .timestamp, "When."),
                .required("kind", .text, "What happened."),
                .required("account", .nullable(.uuid), "Whom it is about."),
                .required("actor", .nullable(.text), "Who did it, where it was somebody else."),
                .required("address", .nullable(.text), "From where."),
                .required("agent", .nullable(.text), "With what."),
                .required("details", .nullable(.object), "What else there is to know."),
            ]
        ),
        problems: [.ruleDenied]
    ) { request, identity async throws(Problem) in
        let rights = try request.operatorRights("audit.read", identity)
        let query = AuditQuery(
            account: request.query["account"],
            before: request.query["cursor"].flatMap { Int64($0) },
            limit: request.query["limit"].flatMap { Int($0) } ?? 50
        )
        let page = try await identity.auditPage(query, by: rights)
        return .list(page.records.map(\.json), next: page.next.map { String($0) })
    }
}

extension AuditRecord {
    fileprivate var json: JSONValue {
        [
            "at": .time(at), "kind": .string(kind), "account": .string(orNull: account),
            "actor": .string(orNull: actor), "address": .string(orNull: address),
            "agent": .string(orNull: agent), "details": details ?? .null,
        ]
    }
}
