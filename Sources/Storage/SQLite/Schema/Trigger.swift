import ModelLanguage
import Storage

/// A trigger that keeps a counter or the event log, be it a request or a cascade that writes.
struct Trigger: Hashable {
    let name: String
    /// `CREATE TRIGGER`, as SQLite keeps it word for word.
    let definition: String

    /// Every trigger that a schema needs.
    static func all(for schema: DatabaseSchema) -> [Trigger] {
        schema.tables.filter { $0.kind == .collection }.flatMap { table in
            events(of: table) + counters(in: table)
        }
    }

    private init(_ name: String, when event: String, do statements: [String]) {
        self.name = name
        definition = """
            CREATE TRIGGER \(SQL.identifier(name)) \(event) BEGIN
              \(statements.joined(separator: ";\n  "));
            END
            """
    }
}

// MARK: - Events

extension Trigger {
    private static func events(of table: Table) -> [Trigger] {
        // Counters follow from other records, whose own events tell of them.
        let columns = table.columns.filter { $0.counter == nil }.map(\.name)
        let name = SQL.identifier(table.name)
        return [
            Trigger(
                "\(table.name) created",
                when: "AFTER INSERT ON \(name)",
                do: [event("created", of: table, before: nil, after: "NEW")]
            ),
            Trigger(
                "\(table.name) updated",
                when: "AFTER UPDATE OF \(SQL.identifiers(columns)) ON \(name)",
                do: [event("updated", of: table, before: "OLD", after: "NEW")]
            ),
            Trigger(
                "\(table.name) deleted",
                when: "AFTER DELETE ON \(name)",
                do: [event("deleted", of: table, before: "OLD", after: nil)]
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
            ("at", "actor", "collection", "record", "kind", "before", "after") \
            VALUES (mainstay_now(), mainstay_actor(), \(SQL.literal(table.name)), \(row)."id", \
            '\(kind)', \(record(table, before)), \(record(table, after)))
            """
    }

    /// SQLite allows a function 127 arguments.
    private static let columnsPerCall = 100

    /// A row as the API's JSON; NULL for none.
    private static func record(_ table: Table, _ row: String?) -> String {
        guard let row else { return "NULL" }
        var calls: [String] = []
        for start in stride(from: 0, to: table.columns.count, by: columnsPerCall) {
            let columns = table.columns[start...].prefix(columnsPerCall)
            let format = columns.map { "\($0.name) \($0.type.format.recordWord)" }
            let values = columns.map { "\(row).\(SQL.identifier($0.name))" }
            let arguments = [SQL.literal(format.joined(separator: ", "))] + values
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

// MARK: - Counters

extension Trigger {
    /// The triggers on the tables that the counters of `table` count.
    private static func counters(in table: Table) -> [Trigger] {
        table.columns.flatMap { column -> [Trigger] in
            guard let counter = column.counter else { return [] }
            return counters(table: table.name, column: column.name, counter)
        }
    }

    private static func counters(
        table: String,
        column: String,
        _ counter: Counter
    ) -> [Trigger] {
        let relation = SQL.identifier(counter.relation)
        let source = SQL.identifier(counter.collection)
        let watched = [counter.relation] + [counter.summand].compactMap { $0 }
        func change(_ sign: String, _ row: String) -> String {
            let amount = counter.summand.map { "coalesce(\(row).\(SQL.identifier($0)), 0)" } ?? "1"
            let value = SQL.identifier(column)
            return """
                UPDATE \(SQL.identifier(table)) SET \(value) = \(value) \(sign) \(amount) \
                WHERE "id" = \(row).\(relation)
                """
        }
        let name = "\(table).\(column)"
        let differs = watched.map { "OLD.\(SQL.identifier($0)) IS NOT NEW.\(SQL.identifier($0))" }
        return [
            Trigger(
                "\(name) after insert",
                when: "AFTER INSERT ON \(source)",
                do: [change("+", "NEW")]
            ),
            Trigger(
                "\(name) after delete",
                when: "AFTER DELETE ON \(source)",
                do: [change("-", "OLD")]
            ),
            Trigger(
                "\(name) after update",
                when: """
                    AFTER UPDATE OF \(SQL.identifiers(watched)) ON \(source) \
                    WHEN \(differs.joined(separator: " OR "))
                    """,
                do: [change("-", "OLD"), change("+", "NEW")]
            ),
        ]
    }
}
