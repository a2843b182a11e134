import JSON

/// The statuses of problems, each a reusable response.
enum ProblemStatus: Int, CaseIterable, Comparable {
    case badRequest = 400
    case unauthorized = 401
    case forbidden = 403
    case notFound = 404
    case notAcceptable = 406
    case conflict = 409
    case preconditionFailed = 412
    case contentTooLarge = 413
    case unsupportedMediaType = 415
    case unprocessableContent = 422
    case tooManyRequests = 429
    case internalServerError = 500
    case serviceUnavailable = 503
    case insufficientStorage = 507

    /// What any request may be answered with.
    static let everywhere: [ProblemStatus] = [
        .badRequest, .unauthorized, .notAcceptable, .tooManyRequests, .internalServerError,
        .serviceUnavailable,
    ]
    /// What a request with a body may be answered with, beside that.
    static let withBody: [ProblemStatus] = [
        .contentTooLarge, .unsupportedMediaType, .unprocessableContent,
    ]
    static let defaultName = "Problem"

    static func < (left: ProblemStatus, right: ProblemStatus) -> Bool {
        left.rawValue < right.rawValue
    }

    var componentName: String {
        switch self {
        case .badRequest: "BadRequest"
        case .unauthorized: "Unauthorized"
        case .forbidden: "Forbidden"
        case .notFound: "NotFound"
        case .notAcceptable: "NotAcceptable"
        case .conflict: "Conflict"
        case .preconditionFailed: "PreconditionFailed"
        case .contentTooLarge: "ContentTooLarge"
        case .unsupportedMediaType: "UnsupportedMediaType"
        case .unprocessableContent: "UnprocessableContent"
        case .tooManyRequests: "TooManyRequests"
        case .internalServerError: "InternalServerError"
        case .serviceUnavailable: "ServiceUnavailable"
        case .insufficientStorage: "InsufficientStorage"
        }
    }

    private var description: String {
        switch self {
        case .badRequest: "The request is malformed, or a query parameter is unknown or wrong."
        case .unauthorized: "Signing in is needed, or the access token is not valid any more."
        case .forbidden: "No rule lets this caller do that."
        case .notFound: "There is no such record, or the caller may not see it."
        case .notAcceptable: "The `Accept` header allows no media type that is there."
        case .conflict: "The request contradicts the data as it is, such as a unique field."
        case .preconditionFailed: "The record has changed: its version is not that of `If-Match`."
        case .contentTooLarge: "The body is larger than the server takes."
        case .unsupportedMediaType: "The body's `Content-Type` is not one that is taken here."
        case .unprocessableContent: "The body breaks constraints; `errors` names every one."
        case .tooManyRequests: "Too many requests; `Retry-After` says when to try again."
        case .internalServerError: "The server failed; `trace` finds the reason in its logs."
        case .serviceUnavailable:
            "The server has too much to do; `Retry-After` says when to return."
        case .insufficientStorage: "The server's disk is full; nothing was written."
        }
    }

    private var example: (code: String, title: String, detail: String) {
        switch self {
        case .badRequest:
            ("request.unknown-parameter", "Unknown parameter", "There is no parameter 'sorted'.")
        case .unauthorized:
            ("auth.required", "Not signed in", "Sign in to do this.")
        case .forbidden: ("rule.denied", "Not allowed", "No rule lets you do this.")
        case .notFound: ("record.not-found", "Not found", "There is no such record.")
        case .notAcceptable:
            ("media.not-acceptable", "Not acceptable", "This answers application/json.")
        case .conflict:
            ("unique.violated", "Already there", "Another record has this value.")
        case .preconditionFailed:
            ("precondition.failed", "Changed meanwhile", "The record has another version.")
        case .contentTooLarge:
            ("http.body-too-large", "Body too large", "The body is larger than 1 MiB.")
        case .unsupportedMediaType:
            ("media.unsupported", "Unsupported media type", "Send application/json.")
        case .unprocessableContent:
            ("validation.failed", "Validation failed", "1 field is not valid.")
        case .tooManyRequests:
            ("request.rate-limited", "Too many requests", "Wait for 12 seconds.")
        case .internalServerError: ("internal", "Internal error", "Something failed here.")
        case .serviceUnavailable: ("server.overloaded", "Overloaded", "Too much to do right now.")
        case .insufficientStorage: ("storage.full", "Storage full", "The disk is full.")
        }
    }

    /// All of them as `components.responses`, and one for every other problem.
    static var components: [JSONValue.Member] {
        allCases.map { JSONValue.Member($0.componentName, $0.response) } + [
            .init(
                defaultName,
                [
                    "description": "Any other problem.",
                    "content": .content([mediaType], schema: .schema("Problem")),
                ]
            )
        ]
    }

    static let mediaType = "application/problem+json"

    private var response: JSONValue {
        .members(
            ("description", .string(description)),
            ("headers", headers),
            (
                "content",
                .content(
                    [Self.mediaType],
                    schema: .schema("Problem"),
                    examples: ["problem": ["value": exampleProblem]]
                )
            )
        )
    }

    private var headers: JSONValue? {
        let header: ResponseHeader? =
            switch self {
            case .unauthorized: .authenticate
            case .tooManyRequests, .serviceUnavailable: .retryAfter
            default: nil
            }
        return header.map {
            .object([.init($0.rawValue, .reference("headers", $0.componentName))])
        }
    }

    private var exampleProblem: JSONValue {
        let (code, title, detail) = example
        let error: JSONValue = [
            "code": "field.too-short", "pointer": "/body",
            "detail": "'body' has to have at least 1 character.",
        ]
        return .members(
            ("type", .string("/docs#problem-\(code)")),
            ("title", .string(title)),
            ("status", .integer(Int64(rawValue))),
            ("detail", .string(detail)),
            ("code", .string(code)),
            ("trace", "0af7651916cd43dd8448eb211c80319c"),
            ("errors", self == .unprocessableContent ? [error] : nil)
        )
    }
}
