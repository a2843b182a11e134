package import JSON

/// The model language's own JSON Schema, for editors and for `mainstay schema`.
///
/// It is made of the same tables that the loader reads keys by, so it knows the same keys. It says
/// what has the right shape; names, types and expressions are checked by the loader alone.
package enum ModelSchema {
    /// The schema, in draft 2020-12.
    package static let document: JSONValue = {
        var members: [JSONValue.Member] = [
            .init("$schema", "https://json-schema.org/draft/2020-12/schema"),
            .init("title", "Mainstay model"),
            .init("description", "One file that describes a whole backend: mainstay.yaml."),
        ]
        if case .object(let app) = Grammar.app.schema { members += app }
        members.append(.init("$defs", definitions))
        return .object(members)
    }()

    private static let definitions: JSONValue = [
        "module": Grammar.module.schema,
        "collection": Grammar.collection.schema,
        "field": [
            "description": "A field: its type's name, or a mapping.",
            "oneOf": [Grammar.reference("type"), Grammar.field.schema],
        ],
        "view": Grammar.view.schema,
        "type": [
            "description": "The name of a type or of a collection, or a list of one type.",
            "oneOf": [
                Grammar.reference("typeName"),
                [
                    "type": "array",
                    "items": Grammar.reference("typeName"),
                    "minItems": 1,
                    "maxItems": 1,
                ],
            ],
        ],
        "typeName": [
            "anyOf": [
                ["enum": .array(Reserved.types.map(JSONValue.string))],
                ["type": "string", "pattern": .string(NamePattern.snake.pattern)],
            ]
        ],
        "expression": [
            "description": "An expression in CEL, the Common Expression Language.",
            "type": ["string", "boolean", "number"],
            "examples": ["author == auth.id", "auth != null", "true"],
        ],
    ]
}
