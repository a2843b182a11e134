package import JSON
package import ModelLanguage

/// The tables that a model needs, in no database's dialect.
package struct DatabaseSchema: Sendable, Hashable {
    /// Those of the collections in the order of the model, then Mainstay's own.
    package let tables: [Table]

    package init(tables: [Table]) {
        self.tables = tables
    }

    package func table(_ name: String) -> Table? {
        tables.first { $0.name == name }
    }
}

/// A table, with its columns and indexes.
package struct Table: Sendable, Hashable {
    package enum Kind: String, Sendable {
        /// A collection's records; changes of them are events.
        case collection
        /// Mainstay's own; its name starts with an underscore.
        case system
    }

    package let name: String
    package var formerName: String?
    package let kind: Kind
    package let columns: [Column]
    package let primaryKey: [String]
    /// Whether rows are kept in the primary key's order rather than in that of their insertion.
    package var isClustered = false
    /// Whether its rows may go when its shape changes.
    package var isEphemeral = false
    /// The column with the account whose personal data a row is; nil where nobody's is known.
    package var owner: String?
    /// Whether its records are accounts.
    package var isAccounts = false
    package let indexes: [TableIndex]

    package init(
        name: String,
        formerName: String? = nil,
        kind: Kind,
        columns: [Column],
        primaryKey: [String],
        isClustered: Bool = false,
        indexes: [TableIndex]
    ) {
        self.name = name
        self.formerName = formerName
        self.kind = kind
        self.columns = columns
        self.primaryKey = primaryKey
        self.isClustered = isClustered
        self.indexes = indexes
    }

    package func column(_ name: String) -> Column? {
        columns.first { $0.name == name }
    }
}

/// A column, with all that the database itself holds its values to.
package struct Column: Sendable, Hashable {
    package enum ColumnType: String, Sendable, CaseIterable {
        case text
        case integer
        case number
        case boolean
        /// Microseconds since 1970.
        case datetime
        case json
        case blob
    }

    package let name: String
    package var formerName: String?
    package let type: ColumnType
    package var isNullable = false
    package var defaultValue: JSONValue?
    package var checks: [Check] = []
    package var reference: Reference?
    package var counter: Counter?
    /// Set where values are sealed, and so are kept as text whatever their type.
    package var encryption: Field.Encryption?
    /// Whether values are about a person, and so are sealed for that person in events.
    package var isPersonal = false
    /// Whether it holds the digests of another column, which follow from that one.
    package var isDigest = false

    package init(
        name: String,
        formerName: String? = nil,
        type: ColumnType,
        isNullable: Bool = false,
        defaultValue: JSONValue? = nil,
        checks: [Check] = [],
        reference: Reference? = nil,
        counter: Counter? = nil
    ) {
        self.name = name
        self.formerName = formerName
        self.type = type
        self.isNullable = isNullable
        self.defaultValue = defaultValue
        self.checks = checks
        self.reference = reference
        self.counter = counter
    }

    /// What the database checks of each value that is not null.
    package enum Check: Sendable, Hashable {
        /// In code points.
        case minLength(Int)
        case maxLength(Int)
        case minimum(JSONValue)
        case maximum(JSONValue)
        case exclusiveMinimum(JSONValue)
        case exclusiveMaximum(JSONValue)
        case enumeration([JSONValue])
    }

    /// The record that a column's value names.
    package struct Reference: Sendable, Hashable {
        package let table: String
        package let onDelete: Relation.OnDelete

        package init(table: String, onDelete: Relation.OnDelete) {
            self.table = table
            self.onDelete = onDelete
        }
    }
}

/// An index of a table.
package struct TableIndex: Sendable, Hashable {
    package let keys: [Index.Key]
    package let isUnique: Bool

    package init(keys: [Index.Key], isUnique: Bool = false) {
        self.keys = keys
        self.isUnique = isUnique
    }

    package init(_ columns: String..., isUnique: Bool = false) {
        keys = columns.map { Index.Key(field: $0, isDescending: false) }
        self.isUnique = isUnique
    }

    /// The index's name in a database: `posts(author,-created,-id)`.
    package func name(in table: String) -> String {
        "\(table)(\(list(separator: ",")))"
    }

    /// The keys for people: "author, -created".
    package var summary: String {
        list(separator: ", ")
    }

    private func list(separator: String) -> String {
        keys.map { ($0.isDescending ? "-" : "") + $0.field }.joined(separator: separator)
    }
}
