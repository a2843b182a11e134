import Engine
import Identity
import JSON

/// The sessions of the caller's account.
enum SessionEndpoints {
    static let all: [AccountEndpoint] = [list, end, endAll, csrfToken]

    private static let list = AccountEndpoint(
        "listOwnSessions",
        .get,
        "sessions",
        .sessions,
        "List one's sessions",
        "Where the caller's account is signed in, the session that was used last first.",
        authentication: .caller,
        response: .list(
            "The sessions.",
            [
                .required("id", .uuid, "The session's id."),
                .required("current", .boolean, "Whether it is the one that asks."),
                .required("created", .timestamp, "When it began."),
                .required("seen", .timestamp, "When it was refreshed last."),
                .required("expires", .timestamp, "When it ends, however it is used."),
                .required("methods", .list(.text, maximum: 10), "What was proved (RFC 8176)."),
                .required("browser", .boolean, "Whether its tokens are cookies."),
                .required("agent", .nullable(.text), "What the client calls itself."),
                .required("address", .nullable(.text), "Where it came from last."),
            ]
        )
    ) { request, identity async throws(Problem) in
        let current = request.caller.session.id
        let sessions = try await identity.sessions(of: try request.account())
        return .list(sessions.map { $0.json(isCurrent: $0.id == current) })
    }

    private static let csrfToken = AccountEndpoint(
        "getCSRFToken",
        .get,
        "csrf",
        .sessions,
        "Get the session's CSRF token",
        "The `csrf_token` that signing in answered, for a page that has lost it. It goes by the refresh "
            + "cookie, so it is there when the access token has run out, to refresh with.",
        authentication: .none,
        usesRefreshCookie: true,
        response: .json(
            "The token.",
            [.required("csrf_token", .text, "For the header `X-CSRF-Token`.")]
        ),
        problems: [.authenticationRequired, .invalidRefreshToken]
    ) { request, identity async throws(Problem) in
        guard let cookie = request.refreshCookie else {
            throw Problem(
                .authenticationRequired,
                "the browser has no session",
                hint: "sign in with \"cookie\": true"
            )
        }
        let parts = BrowserSessions.parts(ofRefreshCookie: cookie)
        let session = try await identity.session(ofRefreshToken: parts?.token ?? "")
        guard session == parts?.session else {
            throw Problem(
                .invalidRefreshToken,
                "the cookie is of another session",
                hint: "sign in again"
            )
        }
        return .csrf(session: session)
    }

    private static let end = AccountEndpoint(
        "endOwnSession",
        .delete,
        "sessions/{id}",
        .sessions,
        "End a session",
        "It is refreshed no more, and its access tokens are void: here at once, at other processes "
            + "within seconds.",
        authentication: .caller,
        allowsImpersonation: false,
        response: .noContent("It is over.")
    ) { request, identity async throws(Problem) in
        let id = request.parameters["id"] ?? ""
        try await identity.endSession(id, of: try request.account(), device: request.device)
        return id == request.caller.session.id ? .noContent.clearingSession : .noContent
    }

    private static let endAll = AccountEndpoint(
        "endOwnSessions",
        .delete,
        "sessions",
        .sessions,
        "End all other sessions",
        "All but the one that asks; with `all=true` that one, too.",
        authentication: .caller,
        allowsImpersonation: false,
        query: [.optional("all", .boolean, "Whether to end this session, too.")],
        response: .noContent("They are over.")
    ) { request, identity async throws(Problem) in
        let isAll = request.query["all"] == "true"
        try await identity.endSessions(
            of: try request.account(),
            but: isAll ? nil : request.caller.session.id,
            device: request.device
        )
        return isAll ? .noContent.clearingSession : .noContent
    }
}

extension Session {
    fileprivate func json(isCurrent: Bool) -> JSONValue {
        [
            "id": .string(id), "current": .bool(isCurrent), "created": .time(created),
            "seen": .time(seen), "expires": .time(expires),
            "methods": .array(methods.map { .string($0.rawValue) }), "browser": .bool(isBrowser),
            "agent": .string(orNull: agent), "address": .string(orNull: address),
        ]
    }
}
