import Engine
import Identity
import JSON

/// Invitations: who may sign up, and with which role.
enum InvitationEndpoints {
    static let all: [AccountEndpoint] = [invite, list, revoke]

    private static let members: [EndpointMember] = [
        .required("id", .uuid, "The invitation's id."),
        .required("email", .email, "The address that it was sent to."),
        .required("role", .nullable(.text), "The role that the account gets."),
        .required("inviter", .uuid, "The account that it comes from."),
        .required("created", .timestamp, "When it was sent."),
        .required("expires", .timestamp, "When it is void."),
    ]

    private static func json(_ invitation: Invitation) -> JSONValue {
        [
            "id": .string(invitation.id),
            "email": .string(invitation.email),
            "role": invitation.role.map { .string($0) } ?? .null,
            "inviter": .string(invitation.inviter),
            "created": .time(invitation.created),
            "expires": .time(invitation.expires),
        ]
    }

    private static let invite = AccountEndpoint(
        "createInvitation",
        .post,
        "invitations",
        .operators,
        "Invite somebody",
        "Sends a link with which its reader signs up, within 7 days; one sent before is void. Needs "
            + "the permission `<accounts>.invite`. A role must not have permissions that the caller "
            + "lacks. Send the token with the sign-up as `invitation`.",
        authentication: .caller,
        allowsImpersonation: false,
        request: [
            .required("email", .email, "The address to invite."),
            .optional("role", .text, "The role that the account gets."),
        ],
        response: .json("The invitation, without its token.", members, status: 201),
        problems: [.ruleDenied, .throttled]
    ) { request, identity async throws(Problem) in
        .json(
            json(
                try await identity.invite(
                    email: request.text("email"),
                    role: request.optionalText("role"),
                    caller: request.caller,
                    device: request.device
                )
            ),
            status: 201
        )
    }

    private static let list = AccountEndpoint(
        "listInvitations",
        .get,
        "invitations",
        .operators,
        "List invitations",
        "The invitations that stand, the newest first. Needs the permission `<accounts>.invite`.",
        authentication: .caller,
        response: .list("The invitations.", members),
        problems: [.ruleDenied]
    ) { request, identity async throws(Problem) in
        .list(try await identity.invitations(caller: request.caller).map(json))
    }

    private static let revoke = AccountEndpoint(
        "revokeInvitation",
        .delete,
        "invitations/{id}",
        .operators,
        "Take an invitation back",
        "Makes its link void. Needs the permission `<accounts>.invite`.",
        authentication: .caller,
        allowsImpersonation: false,
        response: .noContent("The invitation is void."),
        problems: [.ruleDenied, .recordNotFound]
    ) { request, identity async throws(Problem) in
        try await identity.revokeInvitation(
            request.parameters["id"] ?? "",
            caller: request.caller,
            device: request.device
        )
        return .noContent
    }
}
