package import ModelLanguage

/// A column that is encrypted, and how statements write, read and find its values.
///
/// Every store offers functions of SQL: `mainstay_seal(context, id, value)` and
/// `mainstay_open(context, id, sealed)`, which bind a value to its column and record,
/// `mainstay_blind(context, value, key)`, its keyed digest, and `mainstay_blind_former(…)`, which is
/// NULL where there is no such key. All of them take a NULL value to NULL.
///
/// The key of the digests rotates beside servers that write, which rests on one thing: **all records of
/// a column that have the same value have the same digest**, under the former key until the rotation
/// moves them all at once, under the new one from then on. So whoever writes or looks for a value uses
/// the former key if there is a record with that digest, and otherwise the new one; unique sets hold
/// throughout. Which keys there are stands in the statement, and so in its transaction: no process has
/// to have heard of a rotation.
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

    /// As `opened`, but NULL where the value was altered.
    package func openedIfIntact(in alias: String) -> String {
        "mainstay_opened('\(context)', \(alias).\"id\", \(alias).\"\(column)\")"
    }

    /// A value as the column holds it in the record with an id; both are SQL.
    package func sealed(_ value: String, id: String) -> String {
        "mainstay_seal('\(context)', \(id), \(value))"
    }

    /// A value as the column of digests holds it; `value` is SQL that does the same each time.
    package func digest(of value: String) -> String {
        guard let digestColumn else { return "NULL" }
        let former = "mainstay_blind_former('\(context)', \(value), \(IndexKeys.former))"
        // The alias is nobody else's, so that the value may name its own rows.
        return """
            CASE WHEN EXISTS (SELECT 1 FROM "\(table)" AS "_digests" \
            WHERE "_digests"."\(digestColumn)" = \(former)) \
            THEN \(former) ELSE \(newDigest(of: value)) END
            """
    }

    /// A value's digest with the newest key: where all digests of the column are made at once.
    package func newDigest(of value: String) -> String {
        "mainstay_blind('\(context)', \(value), \(IndexKeys.current))"
    }

    /// The columns that a value goes into, and what each gets.
    package func assignments(
        of value: String,
        id: String
    ) -> [(column: String, value: String)] {
        [(column, sealed(value, id: id))] + (digestColumn.map { [($0, digest(of: value))] } ?? [])
    }
}

/// The keys of digests, as SQL that has their ids; NULL for none.
package enum IndexKeys {
    /// The one that new digests are made with.
    package static let current = "(SELECT \(id(of: "max")) FROM \(unretired))"
    /// The one that digests are moved away from, while they are.
    package static let former =
        "(SELECT CASE WHEN count(*) > 1 THEN \(id(of: "min")) END FROM \(unretired))"

    // The newest is told without sorting: a few rows, read as they stand.
    private static func id(of extreme: String) -> String {
        "substr(\(extreme)(printf('%020d', \"created\") || \"id\"), 21)"
    }

    private static let unretired =
        "\"_keys\" WHERE \"purpose\" = 'index' AND \"retired\" IS NULL"
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
