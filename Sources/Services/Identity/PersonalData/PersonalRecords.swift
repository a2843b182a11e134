import Engine
import ModelLanguage
import Storage

/// Where a model and the system's tables keep what is about an account.
struct PersonalRecords: Sendable {
    /// A collection whose records are a person's, and the field that says whose.
    struct Owned: Sendable {
        let collection: Collection
        let field: String
        let onDelete: Relation.OnDelete?
    }

    let accounts: Collection
    /// The accounts collection first.
    let owned: [Owned]
    /// Every column of a collection that can name an account, its own id included.
    let references: [(collection: String, column: String)]

    init(model: Model, accounts: Collection) {
        self.accounts = accounts
        var owned = [Owned(collection: accounts, field: "id", onDelete: nil)]
        var references = [(collection: accounts.name, column: "id")]
        for collection in model.collections {
            for field in collection.fields {
                guard case .relation(let relation) = field.type,
                    relation.collection == accounts.name
                else { continue }
                references.append((collection.name, field.name))
                guard field.name == collection.owner else { continue }
                owned.append(
                    Owned(
                        collection: collection,
                        field: field.name,
                        onDelete: relation.onDelete
                    )
                )
            }
        }
        self.owned = owned
        self.references = references
    }

    /// The columns of the system's tables that name an account.
    static let systemColumns: [(table: String, column: String)] = [
        ("_accounts", "id"), ("_sessions", "account"), ("_tickets", "account"),
        ("_identities", "account"), ("_factors", "account"), ("_recovery_codes", "account"),
        ("_api_keys", "account"), ("_consents", "account"), ("_audit", "account"),
        ("_audit", "actor"), ("_subjects", "account"), ("_idempotency", "caller"),
    ]

    /// How many rows name an account, by table and column; those of none are left out.
    func mentions(
        of account: String,
        _ read: (Statement, [SQLValue]) throws(StoreError) -> [[SQLValue]]
    ) throws(StoreError) -> [(place: String, count: Int64)] {
        var found: [(place: String, count: Int64)] = []
        let places = references.map { ($0.collection, $0.column) }
        for (table, column) in places + Self.systemColumns.map({ ($0.table, $0.column) }) {
            let statement = Statement(
                "SELECT count(*) FROM \"\(table)\" WHERE \"\(column)\" = ?1"
            )
            let count = try read(statement, [.text(account)]).first?.first?.integer ?? 0
            if count > 0 { found.append(("\(table).\(column)", count)) }
        }
        return found
    }
}
