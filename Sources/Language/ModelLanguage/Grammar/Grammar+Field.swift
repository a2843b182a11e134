import JSON

extension Grammar {
    static let field = KeySet(
        [
            .required("type", reference("type"), "The type of the values."),
            .optional("description", text, "What it is, for the API's documentation."),
            .optional("was", name(.camel), "The name it had before: its values are kept."),
            .optional("optional", flag, "Whether it may be left out; it is null then."),
            .optional("default", [:], "The value where a client leaves the field out: a literal."),
            .optional(
                "onCreate",
                reference("expression"),
                "The server sets it so when a record is made; clients cannot send it."
            ),
            .optional(
                "onUpdate",
                reference("expression"),
                "The server sets it so at each change; clients cannot send it."
            ),
            .optional("unique", flag, "Whether each value occurs once."),
            .optional("immutable", flag, "Whether it is given once and never changed."),
            .optional(
                "onDelete",
                ["enum": .array(Relation.OnDelete.allCases.map { .string($0.rawValue) })],
                "Of a relation: what becomes of this record when the other is deleted. "
                    + "Default: restrict."
            ),
            .optional("read", reference("expression"), "Who may see it."),
            .optional("write", reference("expression"), "Who may send it."),
            .optional(
                "encrypted",
                ["oneOf": [flag, encryption.schema]],
                "Whether the database keeps it encrypted."
            ),
            .optional(
                "personal",
                flag,
                "Whether it is about a person: kept out of logs, and erased with the account."
            ),
            .optional(
                "count",
                path(parts: 2, "likes.post"),
                "The number of records of a collection whose relation names this one."
            ),
            .optional(
                "sum",
                path(parts: 3, "lines.order.amount"),
                "The sum of an integer field over those records."
            ),
        ] + constraints,
        later: [
            "search", "mimeTypes", "maxSize", "format", "computed", "translated", "hidden",
        ]
    )

    /// What values have to satisfy, in JSON Schema's words.
    private static let constraints: [KeySet.Key] = [
        .optional("enum", list(of: [:], minItems: 1), "The only values allowed."),
        .optional("minLength", count, "The shortest text, in code points."),
        .optional("maxLength", count, "The longest text, in code points."),
        .optional(
            "pattern",
            ["type": "string", "examples": ["^[a-z0-9_]{3,30}$"]],
            "An RE2 expression that occurs in the text."
        ),
        .optional("minimum", number, "The least value."),
        .optional("maximum", number, "The greatest value."),
        .optional("exclusiveMinimum", number, "Values are greater than this."),
        .optional("exclusiveMaximum", number, "Values are less than this."),
        .optional(
            "multipleOf",
            ["type": "number", "exclusiveMinimum": 0],
            "Values are multiples of this."
        ),
        .optional("minItems", count, "The least length of a list."),
        .optional("maxItems", count, "The greatest length of a list."),
        .optional("uniqueItems", flag, "Whether a list holds each value once."),
    ]

    private static let flag: JSONValue = ["type": "boolean"]
    private static let number: JSONValue = ["type": "number"]
    private static let count: JSONValue = ["type": "integer", "minimum": 0]

    private static func path(parts: Int, _ example: String) -> JSONValue {
        let names = Array(repeating: "[a-z][a-zA-Z0-9_]*", count: parts)
        return [
            "type": "string",
            "pattern": .string("^" + names.joined(separator: "\\.") + "$"),
            "examples": [.string(example)],
        ]
    }
}
