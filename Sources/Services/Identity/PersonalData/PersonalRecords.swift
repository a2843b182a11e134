import Engine
import ModelLanguage
import Storage

/// Where a model and the system's tables keep what is about an account.
struct PersonalRecords: Sendable {
    /// A collection whose records are a person's, and the field that says whose.
    struct Owned: Sendable {
        let collection: Collection
        let field: Field
        let onDelete: Relation.OnDelete?
        /// Whether an index has a person's records in the order in which they were made.
        let isOrdered: Bool
    }

    let accounts: Collection
    /// The accounts collection first.
    let owned: [Owned]
    /// Records that belong to nobody, and that the server says the account has made or that are about
    /// its membership or what is shared with it.
    let contributed: [Owned]
    /// Records of others that name an account.
    let mentioning: [Owned]
    /// The names that the model's collections have and had.
    let collections: Set<String>

    init(model: Model, accounts: Collection) {
        self.accounts = accounts
        let schema = DatabaseSchema(model)
        let own = accounts.fields.first { $0.name == "id" }
        var owned =
            own.map {
                [Owned(collection: accounts, field: $0, onDelete: nil, isOrdered: false)]
            } ?? []
        var contributed: [Owned] = []
        var mentioning: [Owned] = []
        let shares = Set(model.collections.compactMap { $0.shares?.collection })
        for collection in model.collections {
            let indexes = schema.table(collection.name)?.indexes ?? []
            for field in collection.fields {
                guard case .relation(let relation) = field.type,
                    relation.collection == accounts.name
                else { continue }
                let entry = Owned(
                    collection: collection,
                    field: field,
                    onDelete: relation.onDelete,
                    isOrdered: indexes.contains { index in
                        index.keys.map(\.field) == [field.name, "created", "id"]
                            && index.keys.allSatisfy { !$0.isDescending }
                    }
                )
                let isMade = field.onCreate != nil || field.onUpdate != nil
                let isAccess =
                    collection.name == model.tenants?.members || shares.contains(collection.name)
                if field.name == collection.owner {
                    owned.append(entry)
                } else if collection.owner == nil, collection.accounts == nil, isMade || isAccess {
                    contributed.append(entry)
                } else {
                    mentioning.append(entry)
                }
            }
        }
        (self.owned, self.contributed, self.mentioning) = (owned, contributed, mentioning)
        collections = Set(
            model.collections.flatMap { [$0.name] + [$0.formerName].compactMap(\.self) }
        )
    }

    /// Every column of a collection that can name an account, its own id included.
    private var references: [(table: String, column: String)] {
        (owned + contributed + mentioning).map { ($0.collection.name, $0.field.name) }
    }

    /// The columns of the system's tables that name an account.
    private static let systemColumns: [(table: String, column: String)] = [
        ("_accounts", "id"), ("_sessions", "account"), ("_sessions", "impersonator"),
        ("_tickets", "account"), ("_identities", "account"), ("_factors", "account"),
        ("_recovery_codes", "account"), ("_api_keys", "account"), ("_api_keys", "created_by"),
        ("_consents", "account"), ("_audit", "account"), ("_audit", "actor"),
        ("_audit", "details"), ("_subjects", "account"), ("_idempotency", "caller"),
        ("_idempotency", "headers"), ("_idempotency", "body"),
    ]
    /// Columns with texts that an account's id may stand in.
    private static let texts: Set<String> = ["details", "headers", "body"]

    /// How many rows name an account, by table and column; those of none are left out.
    func mentions(
        of account: String,
        _ read: (Statement, [SQLValue]) throws(StoreError) -> [[SQLValue]]
    ) throws(StoreError) -> [(place: String, count: Int64)] {
        var found: [(place: String, count: Int64)] = []
        for (table, column) in references + Self.systemColumns {
            let condition =
                Self.texts.contains(column)
                ? "instr(\"\(column)\", CAST(?1 AS BLOB)) > 0 OR instr(\"\(column)\", ?1) > 0"
                : "\"\(column)\" = ?1"
            let statement = Statement("SELECT count(*) FROM \"\(table)\" WHERE \(condition)")
            let count = try read(statement, [.text(account)]).first?.first?.integer ?? 0
            if count > 0 { found.append(("\(table).\(column)", count)) }
        }
        return found
    }
}
