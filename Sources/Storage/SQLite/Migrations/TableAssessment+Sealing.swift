import ModelLanguage
import Storage

// A sealed value is bound to its table, column and record: where one of them is renamed, it is sealed
// anew, and so it is where a column comes to be encrypted.
extension TableAssessment {
    /// What a column is filled with, where sealing is concerned; nil where it is not.
    func sealedValue(of column: Column) -> String? {
        if column.isDigest {
            let source = EncryptedColumn.plainName(of: column.name)
            guard let old = formerColumn(source) else { return "NULL" }
            let target = EncryptedColumn(
                table: table.new.name,
                column: source,
                encryption: .indexed
            )
            return target.newDigest(of: plainValue(source, old))
        }
        guard let old = formerColumn(column.name) else { return nil }
        let target = encrypted(column, named: column.name, of: table.new.name)
        let source = encrypted(old, named: old.name, of: table.old.name)
        let isSealed = target != nil || source != nil
        guard isSealed, target?.context != source?.context || old.type != column.type else {
            return nil
        }
        let conversion = TypeConversion(from: old.type, to: column.type)
        let plain = conversion?.expression(plainValue(column.name, old)) ?? "NULL"
        return target?.sealed(plain, id: "\"id\"") ?? plain
    }

    /// The statements that seal for their owners what events already tell of a person.
    ///
    /// Where there is no key any more, it is left out.
    func concealment() -> [String] {
        // Events keep the names of their time.
        let members = table.madePersonal
        guard let owner = table.new.owner, !members.isEmpty else { return [] }
        let account = table.formerName(of: owner)
        return ["before", "after"].map { side in
            let paths = members.map { SQL.literal("$.\"\($0)\"") }
            let values = members.map {
                "\(SQL.literal($0)), \"\(side)\" -> \(SQL.literal("$.\"\($0)\""))"
            }
            let person = "(\"\(side)\" ->> \(SQL.literal("$.\"\(account)\"")))"
            return """
                UPDATE "_events" SET "\(side)" = json_set(\
                json_remove("\(side)", \(paths.joined(separator: ", "))), '$."$sealed"', \
                mainstay_conceal((SELECT "key" FROM "_subjects" WHERE "account" = \(person)), \
                \(person), '_events.' || "collection" || '.' || "record", \
                json_object(\(values.joined(separator: ", "))), "\(side)" ->> '$."$sealed"')) \
                WHERE "collection" = \(SQL.literal(table.old.name)) AND "\(side)" IS NOT NULL
                """
        }
    }

    /// A column's plain value in the database before the migration.
    func formerValue(of column: String) -> String {
        let name = table.formerName(of: column)
        guard let old = formerColumn(column),
            let source = encrypted(old, named: name, of: table.old.name)
        else { return SQL.identifier(name) }
        return source.opened(in: SQL.identifier(table.old.name))
    }

    private func formerColumn(_ name: String) -> Column? {
        table.old.column(table.formerName(of: name))
    }

    /// A column's plain value before the change, under its new name.
    private func plainValue(_ name: String, _ old: Column) -> String {
        let column = SQL.identifier(name)
        guard let source = encrypted(old, named: old.name, of: table.old.name) else {
            return column
        }
        return "mainstay_open(\(SQL.literal(source.context)), \"id\", \(column))"
    }

    private func encrypted(
        _ column: Column,
        named name: String,
        of table: String
    ) -> EncryptedColumn? {
        column.encryption.map { EncryptedColumn(table: table, column: name, encryption: $0) }
    }
}
