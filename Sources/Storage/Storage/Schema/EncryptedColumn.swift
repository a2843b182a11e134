package import ModelLanguage

/// A column that is encrypted, and how statements write, read and find its values.
///
/// Every store offers three functions of SQL: `mainstay_seal(context, id, value)` and
/// `mainstay_open(context, id, sealed)`, which bind a value to its column and record, and
/// `mainstay_blind(context, value)`, its keyed digest. All of them take NULL to NULL.
package struct EncryptedColumn: Sendable, Hashable {
    package let table: String
    package let column: String
    /// The column with the values' digests; nil where they cannot be found by their value.
    package let digestColumn: String?

    package init(table: String, column: String, encryption: Field.Encryption) {
        self.table = table
        self.column = column
        digestColumn = encryption == .indexed ? Self.digestColumn(of: column) : nil
    }

    /// The column with the digests of another one; no field is named like it.
    package static func digestColumn(of column: String) -> String { column + "$index" }

    /// The column that a column holds the digests of; its own name if it holds none.
    package static func plainName(of column: String) -> String {
        column.hasSuffix("$index") ? String(column.dropLast("$index".count)) : column
    }

    /// What the values are bound to, beside the record.
    package var context: String { "\(table).\(column)" }

    /// The plain value of the column in the row with an alias.
    package func opened(in alias: String) -> String {
        "mainstay_open('\(context)', \(alias).\"id\", \(alias).\"\(column)\")"
    }

    /// A value as the column holds it in the record with an id; both are SQL.
    package func sealed(_ value: String, id: String) -> String {
        "mainstay_seal('\(context)', \(id), \(value))"
    }

    /// A value as the column of digests holds it.
    package func digest(of value: String) -> String {
        "mainstay_blind('\(context)', \(value))"
    }

    /// The columns that a value goes into, and what each gets.
    package func assignments(
        of value: String,
        id: String
    ) -> [(column: String, value: String)] {
        [(column, sealed(value, id: id))] + (digestColumn.map { [($0, digest(of: value))] } ?? [])
    }
}

extension Field {
    /// How the field is encrypted in the table of a collection; nil if it is not.
    package func encryptedColumn(of collection: String) -> EncryptedColumn? {
        encryption.map { EncryptedColumn(table: collection, column: name, encryption: $0) }
    }

    /// The field's plain value in the row with an alias, as SQL.
    package func plainValue(in alias: String, of collection: String) -> String {
        encryptedColumn(of: collection)?.opened(in: alias) ?? "\(alias).\"\(name)\""
    }

    /// The columns that the field's value goes into, and what each gets, as SQL.
    package func assignments(
        of value: String,
        id: String,
        in collection: String
    ) -> [(column: String, value: String)] {
        encryptedColumn(of: collection)?.assignments(of: value, id: id) ?? [(name, value)]
    }
}
