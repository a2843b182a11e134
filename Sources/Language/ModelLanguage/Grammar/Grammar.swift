import JSON

/// The model language's keys: what each mapping may hold, in the order in which docs show them.
enum Grammar {
    static let app = KeySet(
        [
            .required("app", name(.app, "SocialConnect"), "The app's name."),
            .optional("api", name(.api, "v1", "v2"), "The first part of every path. Default: v1."),
            .optional(
                "roles",
                mapping(from: .kebab, to: ["oneOf": [permissions, role.schema]]),
                "Roles by name: lists of permissions such as posts.delete, or more."
            ),
            .optional("tenants", tenants.schema, "Who shares the app without seeing each other."),
            .required(
                "modules",
                mapping(from: .kebab, to: reference("module")),
                "Modules by name."
            ),
        ],
        later: ["limits", "flags", "webhooks", "jobs", "mail", "files", "cors"]
    )

    static let module = KeySet(
        [
            .optional(
                "uses",
                list(of: [
                    "type": "string", "pattern": "^[a-z][a-z0-9_-]*\\.[a-z][a-z0-9_]*$",
                    "examples": ["users.users"],
                ]),
                "The collections of other modules that this one reads, as module.collection."
            ),
            .optional(
                "collections",
                mapping(from: .snake, to: reference("collection")),
                "Collections by name. Names are unique in the app."
            ),
            .optional(
                "views",
                mapping(from: .kebab, to: reference("view")),
                "Read models by name. Names are unique in the app."
            ),
        ],
        later: ["reactions", "schedules", "jobs", "limits", "flags", "cache"]
    )

    static let collection = KeySet(
        [
            .optional("description", text, "What it is, for the API's documentation."),
            .optional("was", name(.snake), "The name it had before: its records are kept."),
            .optional(
                "accounts",
                ["oneOf": [["type": "boolean"], accounts.schema]],
                "Whether its records can sign in, and how."
            ),
            .optional("fields", mapping(from: .camel, to: reference("field")), "Fields by name."),
            .optional(
                "indexes",
                list(of: list(of: sortKey, minItems: 1)),
                "Lists of fields that are looked up or sorted by together; -field descends."
            ),
            .optional(
                "unique",
                list(of: list(of: name(.camel), minItems: 1)),
                "Lists of fields whose values together occur once."
            ),
            .optional("validate", list(of: validation.schema), "What holds of every record."),
            .optional("rules", rules.schema, "Who may do what. Where no rule is, nobody may."),
            .optional(
                "tenant",
                name(.camel),
                "The relation that names the tenant: set by the server, and nobody else sees it."
            ),
            .optional(
                "owner",
                name(.camel),
                "The relation that names whose personal data a record is. "
                    + "Default: the only one with onCreate: auth.id."
            ),
            .optional("shares", shares.schema, "Single records can be shared with accounts."),
        ],
        later: ["cache", "search", "limits", "hooks", "history", "softDelete"]
    )

    static let validation = KeySet([
        .required("rule", reference("expression"), "An expression that is true of valid records."),
        .required("message", text, "What is said to whoever sends an invalid one."),
    ])

    static let rules = KeySet([
        .optional("create", reference("expression"), "Who may make which records."),
        .optional("read", reference("expression"), "Who may read which records."),
        .optional(
            "update",
            reference("expression"),
            "Who may change which records; holds before and after the change."
        ),
        .optional("delete", reference("expression"), "Who may delete which records."),
    ])

    static let view = KeySet(
        [
            .required("of", name(.snake), "The collection that it reads."),
            .optional("description", text, "What it is, for the API's documentation."),
            .optional("where", reference("expression"), "Which records it takes."),
            .optional(
                "sort",
                ["oneOf": [sortKey, list(of: sortKey)]],
                "A field, or a list of fields; -field descends."
            ),
            .optional(
                "group",
                [
                    "oneOf": [
                        list(of: name(.camel)),
                        mapping(from: .camel, to: reference("expression")),
                    ]
                ],
                "The columns that make a group: fields, or expressions by name."
            ),
            .optional(
                "select",
                mapping(from: .camel, to: reference("expression")),
                "The columns that are computed of each group, with aggregates such as count()."
            ),
            .optional("rules", viewRules.schema, "Who may read it. Without a rule nobody may."),
        ],
        later: ["cache", "search", "limits", "join", "materialized"]
    )

    static let viewRules = KeySet([
        .optional("read", reference("expression"), "Who may read the view.")
    ])
}

// MARK: - The shapes of values

extension Grammar {
    static let text: JSONValue = ["type": "string"]
    static let sortKey: JSONValue = ["type": "string", "pattern": "^-?[a-z][a-zA-Z0-9_]*$"]

    static func reference(_ name: String) -> JSONValue {
        ["$ref": .string("#/$defs/\(name)")]
    }

    static func name(_ pattern: NamePattern, _ examples: JSONValue...) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("type", "string"), .init("pattern", .string(pattern.pattern)),
        ]
        if !examples.isEmpty { members.append(.init("examples", .array(examples))) }
        return .object(members)
    }

    static func list(of element: JSONValue, minItems: Int64 = 0) -> JSONValue {
        ["type": "array", "items": element, "minItems": .integer(minItems)]
    }

    static func mapping(from pattern: NamePattern, to value: JSONValue) -> JSONValue {
        [
            "type": "object",
            "propertyNames": ["pattern": .string(pattern.pattern)],
            "additionalProperties": value,
        ]
    }
}
