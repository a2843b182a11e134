import JSON
import ModelLanguage

/// The parameters that are the same for every collection.
enum RequestParameter: String, CaseIterable {
    case id
    case limit
    case cursor
    case page
    case offset
    case count
    case ifMatch = "If-Match"
    case ifNoneMatch = "If-None-Match"
    case idempotencyKey = "Idempotency-Key"

    static let paging: [RequestParameter] = [.limit, .cursor, .page, .offset]

    var componentName: String {
        switch self {
        case .ifMatch: "IfMatch"
        case .ifNoneMatch: "IfNoneMatch"
        case .idempotencyKey: "IdempotencyKey"
        default: rawValue.capitalizedFirst
        }
    }

    var reference: JSONValue { .reference("parameters", componentName) }

    static var components: [JSONValue.Member] {
        allCases.map { parameter in
            .init(
                parameter.componentName,
                .members(
                    ("name", .string(parameter.rawValue)),
                    ("in", .string(parameter.location)),
                    ("description", .string(parameter.description)),
                    ("required", parameter == .id ? true : nil),
                    ("schema", parameter.schema)
                )
            )
        }
    }

    private var location: String {
        switch self {
        case .id: "path"
        case .ifMatch, .ifNoneMatch, .idempotencyKey: "header"
        default: "query"
        }
    }

    private var description: String {
        switch self {
        case .id: "The record's id."
        case .limit: "How many items a page has at most."
        case .cursor:
            "The `next` of the page before. Not together with `page` or `offset`."
        case .page:
            "The page's number, from 1. Not together with `cursor` or `offset`."
        case .offset:
            "How many items to leave out before the page. Not together with `cursor` or `page`."
        case .count: "`exact` asks for `total`, which costs a count of all that matches."
        case .ifMatch:
            "Only if the record still has the version of this `ETag`, or any version for `*`; "
                + "412 otherwise."
        case .ifNoneMatch: "The `ETag` of what the client has: 304 if nothing has changed."
        case .idempotencyKey:
            "A value of the client's own, new for every write, so that the write can be repeated "
                + "safely: within 24 hours the same key gets the first answer again."
        }
    }

    private var schema: JSONValue {
        switch self {
        case .id:
            ["type": "string", "format": "uuid", "examples": [.string(ExampleValue.uuid)]]
        case .limit:
            [
                "type": "integer", "minimum": 1, "maximum": .integer(Bounds.maximumPageSize),
                "default": .integer(Bounds.pageSize),
            ]
        case .cursor:
            ["type": "string", "minLength": 1, "maxLength": 1024, "pattern": "^[A-Za-z0-9_.~-]+$"]
        case .page:
            ["type": "integer", "minimum": 1, "maximum": .integer(Bounds.maximumPage)]
        case .offset:
            ["type": "integer", "minimum": 0, "maximum": .integer(Bounds.maximumOffset)]
        case .count:
            ["type": "string", "enum": ["exact"]]
        case .ifMatch, .ifNoneMatch:
            ["type": "string"]
        case .idempotencyKey:
            ["type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"]
        }
    }
}
