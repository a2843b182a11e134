import JSON
import ModelLanguage

/// The schemas of one collection: what the server answers and what it takes.
struct RecordSchemas {
    let collection: Collection
    let model: Model
    let names: Names

    private var name: Names.Entry { names[collection.name] }

    /// Every schema under the name it has in `components`.
    var all: [JSONValue.Member] {
        [
            .init(name.singular, complete),
            .init(name.singular + "Selection", selection),
            .init(name.singular + "Page", page),
            .init(name.singular + "Create", create),
            .init(name.singular + "Replace", replace),
            .init(name.singular + "Patch", patch),
        ]
    }

    /// A record with all that the caller may see, as writes answer it.
    private var complete: JSONValue {
        let always = collection.fields.filter { $0.read == nil }.map(\.name)
        return [
            "title": .string(name.singular),
            "description": .string(
                "\(name.noun.withArticle.capitalizedFirst), with every field that the caller may see."
            ),
            "allOf": [.schema(name.singular + "Selection")],
            "required": .strings(always),
        ]
    }

    /// A record with the fields that were asked for; none of them is certain.
    private var selection: JSONValue {
        var properties = collection.fields.map {
            JSONValue.Member($0.name, FieldSchema(field: $0).answer())
        }
        let related = expandedProperties
        if !related.isEmpty {
            properties.append(
                .init(
                    "expand",
                    [
                        "type": "object",
                        "description": "The related records that `expand` asked for.",
                        "properties": .object(related),
                        "readOnly": true,
                    ]
                )
            )
        }
        return .members(
            ("title", .string(name.singular + "Selection")),
            ("description", .string(selectionDescription)),
            ("type", "object"),
            ("properties", .object(properties))
        )
    }

    private var selectionDescription: String {
        let own = collection.summary.map { $0.hasSuffix(".") ? $0 + " " : $0 + ". " } ?? ""
        return own + "With `fields`, only the members that it names are there."
    }

    private var expandedProperties: [JSONValue.Member] {
        ExpandPaths(model: model).edges(of: collection).map { edge in
            let target = JSONValue.schema(names[edge.target].singular + "Selection")
            guard edge.isBackRelation else {
                return .init(edge.name, ["anyOf": [target, ["type": "null"]]])
            }
            return .init(
                edge.name,
                [
                    "type": "array", "items": target,
                    "maxItems": .integer(Bounds.backRelationRecords),
                ]
            )
        }
    }

    private var page: JSONValue {
        SharedSchemas.page(
            title: name.singular + "Page",
            items: .schema(name.singular + "Selection")
        )
    }
}

extension RecordSchemas {
    private var create: JSONValue {
        var properties = collection.fields.filter(\.isWritableOnCreate).map {
            JSONValue.Member($0.name, FieldSchema(field: $0).request())
        }
        let required = collection.fields.filter(\.isRequiredOnCreate).map(\.name)
        let description = "What \(name.noun.withArticle) is made of."
        guard let accounts = collection.accounts else {
            return body("Create", description, properties: properties, required: required)
        }
        let signUp = SignUpSchema(accounts: accounts)
        properties += signUp.properties
        return body(
            "Create",
            description,
            properties: properties,
            required: signUp.required(beside: required)
        ).adding(signUp.alternatives)
    }

    /// Whether a change of the record may set a field: an account's address is changed by confirming it.
    private static func isChangeable(_ field: Field) -> Bool {
        field.isWritableOnUpdate && field.origin == .model
    }

    /// What a GET answered may be sent back: what cannot be changed is there and read-only.
    private var replace: JSONValue {
        let properties = collection.fields.map { field in
            let schema = FieldSchema(field: field)
            guard !Self.isChangeable(field) else {
                return JSONValue.Member(field.name, schema.request())
            }
            return .init(field.name, schema.answer().adding(["readOnly": true]))
        }
        let fields = collection.fields.filter(Self.isChangeable)
        let immutable = collection.fields.filter { $0.isWritableOnCreate && $0.isImmutable }
        var description =
            "What can be changed of \(name.noun.withArticle). What is left out gets its default, or null."
        if !immutable.isEmpty {
            let list = immutable.map { "`\($0.name)`" }.joined(separator: ", ")
            description += " Immutable fields (\(list)) may be left out, or sent as they are."
        }
        return body(
            "Replace",
            description,
            properties: properties,
            required: fields.filter(\.isRequiredOnCreate).map(\.name)
        )
    }

    private var patch: JSONValue {
        let properties = collection.fields.filter(Self.isChangeable).map { field in
            var schema = FieldSchema(field: field).request()
            // A default is for what a new record leaves out; a patch leaves that as it is.
            if case .object(let members) = schema {
                schema = .object(members.filter { $0.name != "default" })
            }
            return JSONValue.Member(field.name, schema)
        }
        return body(
            "Patch",
            "A merge patch (RFC 7396): what is left out stays, null takes a value away.",
            properties: properties,
            required: []
        )
    }

    private func body(
        _ suffix: String,
        _ description: String,
        properties: [JSONValue.Member],
        required: [String]
    ) -> JSONValue {
        .members(
            ("title", .string(name.singular + suffix)),
            ("description", .string(description)),
            ("type", "object"),
            ("properties", .object(properties)),
            ("required", required.isEmpty ? nil : .strings(required)),
            ("additionalProperties", false)
        )
    }

    /// A body that satisfies `create`; nil where no example is known for a field it requires.
    var createExample: JSONValue? {
        guard var example = example(of: collection.fields.filter(\.isWritableOnCreate)) else {
            return nil
        }
        if let accounts = collection.accounts {
            example += SignUpSchema(accounts: accounts).example
        }
        return .object(example)
    }

    var replaceExample: JSONValue? {
        example(of: collection.fields.filter(Self.isChangeable)).map { .object($0) }
    }

    /// A change of the first field that is no relation.
    var patchExample: JSONValue? {
        let changeable = collection.fields.filter { field in
            if case .relation = field.type { return false }
            return Self.isChangeable(field)
        }
        guard let field = changeable.first else { return .object([]) }
        return example(of: [field]).map { .object($0) }
    }

    private func example(of fields: [Field]) -> [JSONValue.Member]? {
        var members: [JSONValue.Member] = []
        for field in fields {
            if let value = ExampleValue(field: field).json {
                members.append(.init(field.name, value))
            } else if field.isRequiredOnCreate {
                return nil
            }
        }
        return members
    }

    /// The columns of an aggregating view.
    static func row(of view: View, aggregate: View.Aggregate, name: String) -> JSONValue {
        let columns = aggregate.group + aggregate.select
        return .members(
            ("title", .string(name + "Row")),
            ("description", view.summary.map { .string($0) }),
            ("type", "object"),
            (
                "properties",
                .object(
                    columns.map {
                        .init(
                            $0.name,
                            FieldSchema.type(
                                $0.type,
                                Constraints(),
                                .answer,
                                allowsNull: $0.isOptional
                            )
                        )
                    }
                )
            ),
            ("required", .strings(columns.map(\.name)))
        )
    }
}

extension String {
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
