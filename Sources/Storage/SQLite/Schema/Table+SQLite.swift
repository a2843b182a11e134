import JSON
import ModelLanguage
import Storage

extension Table {
    /// `CREATE TABLE`, under another name where one is given.
    func definition(as name: String? = nil) -> String {
        let lines =
            columns.map(\.definition) + ["PRIMARY KEY (\(SQL.identifiers(primaryKey)))"]
        return """
            CREATE TABLE \(SQL.identifier(name ?? self.name)) (
              \(lines.joined(separator: ",\n  "))
            ) STRICT\(isClustered ? ", WITHOUT ROWID" : "")
            """
    }
}

extension Column {
    /// The column as in `CREATE TABLE` and `ADD COLUMN`.
    var definition: String {
        let kept = encryption == nil ? type : .text
        var words = [SQL.identifier(name), kept.sqliteName]
        if !isNullable { words.append("NOT NULL") }
        if let value = defaultLiteral { words.append("DEFAULT \(value)") }
        words += constraints.map { name, condition in
            "CONSTRAINT \(SQL.identifier("\(self.name).\(name)")) CHECK (\(condition))"
        }
        if let reference {
            words.append("REFERENCES \(SQL.identifier(reference.table)) (\"id\")")
            words.append("ON DELETE \(reference.onDelete.action)")
        }
        return words.joined(separator: " ")
    }

    var defaultLiteral: String? {
        defaultValue.flatMap { SQL.literal($0, as: type) }
    }

    /// The names of the checks, and the conditions that values have to meet.
    private var constraints: [(name: String, condition: String)] {
        let own = checks.map { ($0.name, $0.condition(on: self)) }
        guard type == .boolean, encryption == nil else { return own }
        return [("boolean", "\(SQL.identifier(name)) IN (0, 1)")] + own
    }
}

extension Column.Check {
    var name: String {
        switch self {
        case .minLength: "minLength"
        case .maxLength: "maxLength"
        case .minimum: "minimum"
        case .maximum: "maximum"
        case .exclusiveMinimum: "exclusiveMinimum"
        case .exclusiveMaximum: "exclusiveMaximum"
        case .enumeration: "enum"
        }
    }

    /// What a value of `column` has to meet; NULL meets everything.
    func condition(on column: Column) -> String {
        let name = SQL.identifier(column.name)
        func bound(_ value: JSONValue) -> String {
            SQL.literal(value, as: .number) ?? "NULL"
        }
        switch self {
        // SQLite's own function, so that other programs can copy and vacuum the tables. It counts
        // code points up to U+0000, which no value holds.
        case .minLength(let length): return "length(\(name)) >= \(length)"
        case .maxLength(let length): return "length(\(name)) <= \(length)"
        case .minimum(let value): return "\(name) >= \(bound(value))"
        case .maximum(let value): return "\(name) <= \(bound(value))"
        case .exclusiveMinimum(let value): return "\(name) > \(bound(value))"
        case .exclusiveMaximum(let value): return "\(name) < \(bound(value))"
        case .enumeration(let values):
            let literals = values.filter { $0 != .null }.compactMap {
                SQL.literal($0, as: column.type)
            }
            return "\(name) IN (\(literals.joined(separator: ", ")))"
        }
    }
}

extension Column.ColumnType {
    fileprivate var sqliteName: String {
        switch self {
        case .text, .json: "TEXT"
        case .integer, .boolean, .datetime: "INTEGER"
        case .number: "REAL"
        case .blob: "BLOB"
        }
    }
}

extension Relation.OnDelete {
    fileprivate var action: String {
        switch self {
        case .cascade: "CASCADE"
        case .restrict: "RESTRICT"
        case .setNull, .anonymize: "SET NULL"
        }
    }
}

extension TableIndex {
    /// `CREATE INDEX`.
    func definition(on table: String) -> String {
        let columns = keys.map { SQL.identifier($0.field) + ($0.isDescending ? " DESC" : "") }
        return """
            CREATE \(isUnique ? "UNIQUE " : "")INDEX \(SQL.identifier(name(in: table))) \
            ON \(SQL.identifier(table)) (\(columns.joined(separator: ", ")))
            """
    }
}
