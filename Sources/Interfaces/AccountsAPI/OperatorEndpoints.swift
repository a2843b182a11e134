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
        try request.require(permission: permission("suspend", identity))
        let account = try await OperatorRights(request, identity).subject()
        try await identity.suspend(
            account.id,
            actor: try request.account(),
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
        try request.require(permission: permission("suspend", identity))
        let account = try await OperatorRights(request, identity).subject()
        try await identity.restore(
            account.id,
            actor: try request.account(),
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
        try request.require(permission: permission("impersonate", identity))
        let account = try await OperatorRights(request, identity).subject()
        let pair = try await identity.impersonate(
            account.id,
            by: try request.account(),
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
            + "role has, and all that the account has.",
        authentication: .caller,
        allowsImpersonation: false,
        request: [
            .required("role", .nullable(.text(maximum: 100)), "A role of the model, or null.")
        ],
        response: .noContent("It has the role."),
        problems: [.ruleDenied]
    ) { request, identity async throws(Problem) in
        try request.require(permission: permission("grant", identity))
        let rights = OperatorRights(request, identity)
        let role = request.optionalText("role")
        if let role { try rights.mayGrant(role: role) }
        let account = try await rights.subject()
        try await identity.setRole(
            role,
            of: account.id,
            actor: try request.account(),
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
            + "the permission `audit.read`.",
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
        try request.require(permission: "audit.read")
        let limit = request.query["limit"].flatMap { Int($0) } ?? 50
        var query = AuditQuery(account: request.query["account"], limit: limit + 1)
        query.before = request.query["cursor"].flatMap { Int64($0) }
        let records = try await identity.auditRecords(query)
        let page = records.prefix(limit)
        let next = records.count > limit ? page.last.map { String($0.sequence) } : nil
        return .list(page.map(\.json), next: next)
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
