package import Expressions

/// A kind of record: its fields, what holds of it, and who may do what with it.
package struct Collection: Sendable {
    package let name: String
    package let module: String
    /// The name it had before, where it was renamed (`was:`).
    package let formerName: String?
    /// Set where its records can sign in.
    package let accounts: Accounts?
    /// All fields, the implicit ones included: `id` first, then `email` of an accounts
    /// collection, then those of the file in its order, then `created` and `updated`.
    package let fields: [Field]
    package let indexes: [Index]
    /// Sets of fields whose values together are unique.
    package let uniqueSets: [[String]]
    package let validations: [Validation]
    package let rules: Rules
    /// What the model's author says of it, for people who read the API's documentation.
    package let summary: String?
    /// The relation that names the tenant whose record this is; set by the server, and first in
    /// every unique set.
    package let tenant: String?
    /// The relation that names whose personal data the record is; nil of accounts themselves, and
    /// where nobody's is known.
    package let owner: String?
    /// Set where single records can be shared with single accounts.
    package let shares: Shares?

    private let fieldIndex: [String: Int]

    package init(
        name: String,
        module: String,
        formerName: String?,
        accounts: Accounts?,
        fields: [Field],
        indexes: [Index],
        uniqueSets: [[String]],
        validations: [Validation],
        rules: Rules,
        summary: String?,
        tenant: String? = nil,
        owner: String? = nil,
        shares: Shares? = nil
    ) {
        self.name = name
        self.module = module
        self.formerName = formerName
        self.accounts = accounts
        self.fields = fields
        self.indexes = indexes
        self.uniqueSets = uniqueSets
        self.validations = validations
        self.rules = rules
        self.summary = summary
        self.tenant = tenant
        self.owner = owner
        self.shares = shares
        fieldIndex = Dictionary(
            fields.indices.map { (fields[$0].name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    package func field(_ name: String) -> Field? {
        fieldIndex[name].map { fields[$0] }
    }

    /// The position of a field in `fields`.
    package func position(of name: String) -> Int? {
        fieldIndex[name]
    }
}

/// An ordered set of fields that is looked up or sorted by together.
package struct Index: Sendable, Hashable {
    package struct Key: Sendable, Hashable {
        package let field: String
        package let isDescending: Bool

        package init(field: String, isDescending: Bool) {
            self.field = field
            self.isDescending = isDescending
        }
    }

    package let keys: [Key]

    package init(keys: [Key]) {
        self.keys = keys
    }
}

/// What must be true of every record, with the message for whoever breaks it.
package struct Validation: Sendable {
    package let rule: CheckedExpression
    package let message: String

    package init(rule: CheckedExpression, message: String) {
        self.rule = rule
        self.message = message
    }
}

/// Who may do what.
///
/// Where there is no rule, nobody may.
package struct Rules: Sendable {
    package let create: CheckedExpression?
    package let read: CheckedExpression?
    package let update: CheckedExpression?
    package let delete: CheckedExpression?

    package init(
        create: CheckedExpression?,
        read: CheckedExpression?,
        update: CheckedExpression?,
        delete: CheckedExpression?
    ) {
        self.create = create
        self.read = read
        self.update = update
        self.delete = delete
    }
}
