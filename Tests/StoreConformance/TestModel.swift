import JSON
import ModelLanguage

/// Models for the checks, made without a model file.
enum TestModel {
    /// Users who follow each other, write posts and comment on them; every type of field is there.
    static let social = model([
        collection(
            "users",
            fields: [
                Field(name: "email", type: .email, isUnique: true, origin: .account),
                Field(name: "handle", type: .string, isUnique: true),
                counter("followers", of: "follows", by: "followee"),
                counter("posts", of: "posts", by: "author"),
                counter("points", of: "posts", by: "author", summing: "points"),
            ],
            isAccounts: true
        ),
        collection(
            "follows",
            fields: [
                relation("follower", to: "users"), relation("followee", to: "users"),
            ],
            unique: [["follower", "followee"]]
        ),
        collection("categories", fields: [Field(name: "name", type: .string)]),
        collection(
            "posts",
            fields: [
                relation("author", to: "users"),
                relation("editor", to: "users", onDelete: .setNull, isOptional: true),
                relation("category", to: "categories", onDelete: .restrict, isOptional: true),
                Field(name: "body", type: .string, constraints: lengths(1, 500)),
                Field(
                    name: "visibility",
                    type: .string,
                    constraints: choice("public", "followers"),
                    defaultValue: "public"
                ),
                Field(name: "points", type: .integer, defaultValue: 0),
                Field(name: "rating", type: .number, isOptional: true),
                Field(name: "pinned", type: .boolean, defaultValue: false),
                Field(name: "published", type: .datetime, isOptional: true),
                Field(name: "day", type: .date, isOptional: true),
                Field(name: "tags", type: .list(.string), isOptional: true),
                Field(name: "meta", type: .json, isOptional: true),
                counter("comments", of: "comments", by: "post"),
            ],
            indexes: [
                Index(keys: [
                    Index.Key(field: "author", isDescending: false),
                    Index.Key(field: "created", isDescending: true),
                ])
            ]
        ),
        collection(
            "comments",
            fields: [
                relation("post", to: "posts"),
                Field(name: "body", type: .string),
            ]
        ),
    ])

    static func model(_ collections: [Collection], views: [View] = []) -> Model {
        Model(
            name: "Test",
            api: "v1",
            roles: [],
            modules: [Module(name: "main", uses: [])],
            collections: collections,
            views: views
        )
    }

    /// A collection with `id`, `created` and `updated` around the given fields.
    static func collection(
        _ name: String,
        was formerName: String? = nil,
        fields: [Field],
        unique: [[String]] = [],
        indexes: [Index] = [],
        isAccounts: Bool = false
    ) -> Collection {
        let system = [
            Field(name: "created", type: .datetime, origin: .system),
            Field(name: "updated", type: .datetime, origin: .system),
        ]
        return Collection(
            name: name,
            module: "main",
            formerName: formerName,
            accounts: isAccounts ? Accounts(signIn: [.password]) : nil,
            fields: [Field(name: "id", type: .uuid, origin: .system)] + fields + system,
            indexes: indexes,
            uniqueSets: unique,
            validations: [],
            rules: Rules(create: nil, read: nil, update: nil, delete: nil),
            summary: nil
        )
    }

    static func relation(
        _ name: String,
        to collection: String,
        onDelete: Relation.OnDelete = .cascade,
        isOptional: Bool = false
    ) -> Field {
        Field(
            name: name,
            type: .relation(Relation(collection: collection, onDelete: onDelete)),
            isOptional: isOptional
        )
    }

    static func counter(
        _ name: String,
        of collection: String,
        by relation: String,
        summing summand: String? = nil
    ) -> Field {
        Field(
            name: name,
            type: .integer,
            counter: Counter(collection: collection, relation: relation, summand: summand)
        )
    }

    static func lengths(_ minimum: Int?, _ maximum: Int?) -> Constraints {
        var constraints = Constraints()
        constraints.minLength = minimum
        constraints.maxLength = maximum
        return constraints
    }

    static func choice(_ values: JSONValue...) -> Constraints {
        var constraints = Constraints()
        constraints.enumeration = values
        return constraints
    }

    static func bounds(_ minimum: JSONValue?, _ maximum: JSONValue?) -> Constraints {
        var constraints = Constraints()
        constraints.minimum = minimum
        constraints.maximum = maximum
        return constraints
    }
}
