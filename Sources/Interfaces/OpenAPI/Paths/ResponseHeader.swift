import JSON

/// The headers of answers that clients read.
enum ResponseHeader: String, CaseIterable {
    case etag = "ETag"
    case location = "Location"
    case link = "Link"
    case replayed = "Idempotency-Replayed"
    case authenticate = "WWW-Authenticate"
    case retryAfter = "Retry-After"

    var componentName: String {
        rawValue.filter { $0 != "-" }
    }

    static var components: [JSONValue.Member] {
        allCases.map { header in
            .init(
                header.componentName,
                .members(
                    ("description", .string(header.description)),
                    ("required", header.isAlwaysThere ? true : nil),
                    ("schema", header.schema)
                )
            )
        }
    }

    private var isAlwaysThere: Bool {
        self == .etag || self == .location
    }

    private var description: String {
        switch self {
        case .etag: "The version of what is answered, for `If-Match` and `If-None-Match`."
        case .location: "Where the new record is."
        case .link: "The URLs of the neighbouring pages (RFC 8288)."
        case .replayed: "There where the answer is that of an earlier request of the same key."
        case .authenticate: "How to sign in, and what is wrong with the token (RFC 6750)."
        case .retryAfter: "How many seconds to wait."
        }
    }

    private var schema: JSONValue {
        switch self {
        case .etag:
            ["type": "string", "pattern": "^(W/)?\"[^\"]*\"$", "examples": ["\"3-9f86d081\""]]
        case .location:
            ["type": "string", "format": "uri-reference"]
        case .link:
            ["type": "string", "examples": ["</v1/posts?cursor=eyJr>; rel=\"next\""]]
        case .replayed: ["type": "string", "const": "true"]
        case .authenticate:
            ["type": "string", "examples": ["Bearer error=\"invalid_token\""]]
        case .retryAfter: ["type": "integer", "minimum": 0]
        }
    }
}
