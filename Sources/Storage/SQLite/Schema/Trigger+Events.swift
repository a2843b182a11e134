import ModelLanguage
import Storage

// An event tells in `before` and `after` of the record as the API's JSON. What is about a person stands
// in `$sealed`, which opens with that person's key alone, and with no key at all once it is gone.
extension Trigger {
    static func events(of table: Table) -> [Trigger] {
        // Counters follow from other records, whose own events tell of them.
        let columns = table.columns.filter { $0.counter == nil && !$0.isDigest }.map(\.name)
        let name = SQL.identifier(table.name)
        let hasSealed = table.columns.contains { $0.encryption != nil }
        return [
            Trigger(
                "\(table.name) created",
                when: "AFTER INSERT ON \(name)",
                do: key(of: table) + [event("created", of: table, before: nil, after: "NEW")]
            ),
            Trigger(
                "\(table.name) updated",
                when: "AFTER UPDATE OF \(SQL.identifiers(columns)) ON \(name)"
                    + (hasSealed ? " WHEN NOT mainstay_resealing()" : ""),
                do: [event("updated", of: table, before: "OLD", after: "NEW")]
            ),
            Trigger(
                "\(table.name) deleted",
                when: "AFTER DELETE ON \(name)",
                do: shredding(of: table)
                    + [event("deleted", of: table, before: "OLD", after: nil)]
            ),
        ]
    }

    private static func event(
        _ kind: String,
        of table: Table,
        before: String?,
        after: String?
    ) -> String {
        let row = after ?? before ?? "NEW"
        return """
            INSERT INTO "_events" \
            ("at", "actor", "impersonator", "collection", "record", "kind", "before", "after") \
            VALUES (mainstay_now(), mainstay_actor(), mainstay_impersonator(), \(SQL.literal(table.name)), \(row)."id", \
            '\(kind)', \(record(table, before)), \(record(table, after)))
            """
    }

    /// A row as the API's JSON; NULL for none.
    private static func record(_ table: Table, _ row: String?) -> String {
        guard let row else { return "NULL" }
        let columns = table.columns.filter { !$0.isDigest }
        let open = columns.filter { !$0.isPersonal }.map { member($0, of: table, in: row) }
        let personal = columns.filter(\.isPersonal).map { member($0, of: table, in: row) }
        guard !personal.isEmpty else { return object(open) }
        return object(open + [sealed(object(personal), of: table, in: row)])
    }

    private struct Member {
        let name: String
        let format: ColumnFormat
        let value: String
    }

    private static func member(_ column: Column, of table: Table, in row: String) -> Member {
        let value = "\(row).\(SQL.identifier(column.name))"
        let context = SQL.literal("\(table.name).\(column.name)")
        return Member(
            name: column.name,
            format: column.type.format,
            value: column.encryption == nil
                ? value : "mainstay_opened(\(context), \(row).\"id\", \(value))"
        )
    }

    /// What is sealed for the person whose record it is; null where there is no such person.
    private static func sealed(_ personal: String, of table: Table, in row: String) -> Member {
        guard let owner = table.owner else {
            return Member(name: "$sealed", format: .string, value: "NULL")
        }
        let account = "\(row).\(SQL.identifier(owner))"
        let value = """
            mainstay_conceal((SELECT "key" FROM "_subjects" WHERE "account" = \(account)), \
            \(account), \(SQL.literal("_events.\(table.name).")) || \(row)."id", \(personal), NULL)
            """
        return Member(name: "$sealed", format: .string, value: value)
    }

    /// SQLite allows a function 127 arguments.
    private static let membersPerCall = 100

    private static func object(_ members: [Member]) -> String {
        var calls: [String] = []
        for start in stride(from: 0, to: members.count, by: membersPerCall) {
            let part = members[start...].prefix(membersPerCall)
            let format = part.map { "\($0.name) \($0.format.recordWord)" }
            let arguments = [SQL.literal(format.joined(separator: ", "))] + part.map(\.value)
            calls.append("mainstay_record(\(arguments.joined(separator: ", ")))")
        }
        // Objects are joined by taking away one's last and the next one's first brace.
        return calls.dropFirst().reduce(calls.first ?? "'{}'") { joined, call in
            "substr(\(joined), 1, length(\(joined)) - 1) || ',' || substr(\(call), 2)"
        }
    }
}

extension Column.ColumnType {
    /// How the column's values are written as JSON.
    fileprivate var format: ColumnFormat {
        switch self {
        case .text, .blob: .string
        case .integer: .integer
        case .number: .number
        case .boolean: .boolean
        case .datetime: .datetime
        case .json: .json
        }
    }
}
