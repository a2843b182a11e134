import JSON

/// The schemas that do not depend on the model's collections.
enum SharedSchemas {
    static let names = [
        "Problem", "ProblemError", "Tokens", "Health", "Batch", "BatchOperation", "BatchResults",
        "BatchResult",
    ]
    static let examplePassword = "correct horse battery"

    static let problem: JSONValue = [
        "title": "Problem",
        "description": "What went wrong, as RFC 9457 has it.",
        "type": "object",
        "properties": [
            "type": [
                "type": "string", "format": "uri-reference",
                "description": "Where the kind of problem is documented.",
            ],
            "title": ["type": "string", "description": "The kind of problem in a few words."],
            "status": [
                "type": "integer", "minimum": 400, "maximum": 599,
                "description": "The HTTP status.",
            ],
            "detail": ["type": "string", "description": "What is wrong with this request."],
            "code": [
                "type": "string", "pattern": "^[a-z0-9-]+(\\.[a-z0-9-]+)*$",
                "description": "A stable word for programs to act on.",
            ],
            "hint": ["type": "string", "description": "What to do about it."],
            "parameter": ["type": "string", "description": "The query parameter at fault."],
            "trace": [
                "type": "string", "description": "Names this request in the server's logs.",
            ],
            "errors": [
                "type": "array", "items": .schema("ProblemError"),
                "description": "Every mistake, where there can be several.",
            ],
        ],
        "required": ["type", "title", "status", "code"],
    ]

    static let problemError: JSONValue = [
        "title": "ProblemError",
        "description": "One mistake in a request.",
        "type": "object",
        "properties": [
            "code": [
                "type": "string", "pattern": "^[a-z0-9-]+(\\.[a-z0-9-]+)*$",
                "description": "A stable word for programs to act on.",
            ],
            "pointer": [
                "type": "string", "description": "Where in the body, as a JSON pointer (RFC 6901).",
            ],
            "detail": ["type": "string", "description": "What is wrong there."],
            "hint": ["type": "string", "description": "What to do about it."],
        ],
        "required": ["code", "pointer", "detail"],
    ]

    static let newPassword: JSONValue = [
        "type": "string", "format": "password", "writeOnly": true,
        "minLength": .integer(Bounds.passwordLength.lowerBound),
        "maxLength": .integer(Bounds.passwordLength.upperBound),
        "pattern": .string(Bounds.noControlCharacter),
        "description": "Kept as a hash alone and never answered.",
        "examples": [.string(examplePassword)],
    ]

    /// A page of a list: its items, and the cursor of the next one.
    static func page(title: String, items: JSONValue) -> JSONValue {
        [
            "title": .string(title),
            "type": "object",
            "properties": [
                "items": [
                    "type": "array", "items": items,
                    "maxItems": .integer(Bounds.maximumPageSize),
                ],
                "next": [
                    "type": ["string", "null"],
                    "description": "The `cursor` of the next page; null on the last.",
                ],
                "total": [
                    "type": "integer", "format": "int64", "minimum": 0,
                    "description": "How many there are on all pages, with `count=exact`.",
                ],
            ],
            "required": ["items", "next"],
        ]
    }

    static let health: JSONValue = [
        "title": "Health",
        "type": "object",
        "properties": ["status": ["type": "string", "examples": ["ok"]]],
        "required": ["status"],
    ]
}
