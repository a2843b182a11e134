import ModelLanguage
import Storage

/// A field of each type.
let everyType: [Field] =
    [
        ("string", FieldType.string), ("integer", .integer), ("number", .number),
        ("boolean", .boolean), ("datetime", .datetime), ("date", .date), ("uuid", .uuid),
        ("email", .email), ("url", .url), ("json", .json), ("list", .list(.string)),
    ].map { Field(name: $0.0, type: $0.1) } + [relation("relation", to: "notes")]

func model(_ collections: [Collection], views: [View] = []) -> Model {
    Model(
        name: "Test",
        api: "v1",
        roles: [],
        modules: [],
        collections: collections,
        views: views
    )
}

func relation(_ name: String, to collection: String) -> Field {
    Field(name: name, type: .relation(Relation(collection: collection, onDelete: .cascade)))
}

func collection(
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

func view(_ name: String, of collection: String, sort: [Index.Key]) -> View {
    View(
        name: name,
        module: "main",
        collection: collection,
        filter: nil,
        sort: sort,
        aggregate: nil,
        read: nil,
        summary: nil
    )
}

/// The names of a collection's indexes, in the order in which they are made.
func indexNames(_ collection: Collection) -> [String] {
    DatabaseSchema(model([collection])).tables[0].indexes.map { $0.name(in: collection.name) }
}
