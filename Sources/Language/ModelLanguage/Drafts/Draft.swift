import JSON

/// A value and where it stands.
struct Located<Value> {
    let value: Value
    let place: Place

    init(_ value: Value, at place: Place) {
        self.value = value
        self.place = place
    }
}

/// What a file says, as it says it: each shape is right, no name is resolved yet.
struct AppDraft {
    var name = ""
    var api = "v1"
    var roles: [RoleDraft] = []
    var tenants: TenantsDraft?
    var modules: [ModuleDraft] = []

    var collections: [CollectionDraft] { modules.flatMap(\.collections) }
    var views: [ViewDraft] { modules.flatMap(\.views) }
}

struct RoleDraft {
    let name: Located<String>
    var permissions: [Located<String>] = []
    var includes: [Located<String>] = []
    var condition: ExpressionDraft?
}

struct TenantsDraft {
    let collection: Located<String>
    let members: Located<String>?
}

struct ModuleDraft {
    let name: Located<String>
    var uses: [Located<String>] = []
    var collections: [CollectionDraft] = []
    var views: [ViewDraft] = []
}

/// An expression's source, with what is needed to find a place within it.
struct ExpressionDraft {
    let scalar: YAMLScalar
    let place: Place

    var source: String { scalar.text }
}

struct CollectionDraft {
    let name: Located<String>
    let module: String
    var summary: String?
    var formerName: Located<String>?
    var accounts: AccountsDraft?
    var fields: [FieldDraft] = []
    var indexes: [Located<[Located<String>]>] = []
    var uniqueSets: [Located<[Located<String>]>] = []
    var validations: [ValidationDraft] = []
    var rules = RulesDraft()
    var tenant: Located<String>?
    var owner: Located<String>?
    var shares: SharesDraft?
    /// The collection whose records these are shares of, where no file has this collection.
    var sharesOf: String?
}

struct SharesDraft {
    let grant: ExpressionDraft
    let place: Place
}

struct RulesDraft {
    var create: ExpressionDraft?
    var read: ExpressionDraft?
    var update: ExpressionDraft?
    var delete: ExpressionDraft?
}

struct ValidationDraft {
    let rule: ExpressionDraft
    let message: String
}

struct FieldDraft {
    /// What `count` or `sum` names.
    struct CounterDraft {
        let collection: String
        let relation: String
        let summand: String?
        let place: Place
    }

    let name: Located<String>
    var type: TypeDraft?
    var isOptional = false
    var isUnique = false
    var isImmutable = false
    var constraints = Constraints()
    var defaultValue: YAMLNode?
    var onCreate: ExpressionDraft?
    var onUpdate: ExpressionDraft?
    var read: ExpressionDraft?
    var write: ExpressionDraft?
    var onDelete: Relation.OnDelete?
    var counter: CounterDraft?
    var formerName: Located<String>?
    var encryption: Field.Encryption?
    var isPersonal = false
    var summary: String?
    /// Where each key that is there stands.
    var keyPlaces: [String: Place] = [:]

    func place(of key: String) -> Place {
        keyPlaces[key] ?? name.place
    }
}

/// A type as it is written: the name of a type or of a collection, or a list of one.
struct TypeDraft {
    let name: String
    let isList: Bool
    let place: Place
}

struct ViewDraft {
    let name: Located<String>
    let module: String
    var collection: Located<String>?
    var filter: ExpressionDraft?
    var sort: [Located<String>] = []
    var isAggregate = false
    var group: [ColumnDraft] = []
    var select: [ColumnDraft] = []
    var read: ExpressionDraft?
    var summary: String?
}

struct ColumnDraft {
    let name: Located<String>
    let expression: ExpressionDraft
}
