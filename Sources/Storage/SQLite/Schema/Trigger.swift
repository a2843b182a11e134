import ModelLanguage
import Storage

/// A trigger that keeps a counter or the event log, be it a request or a cascade that writes.
struct Trigger: Hashable {
    let name: String
    /// `CREATE TRIGGER`, as SQLite keeps it word for word.
    let definition: String

    /// Every trigger that a schema needs.
    static func all(for schema: DatabaseSchema) -> [Trigger] {
        var collections = schema.tables.filter { $0.kind == .collection }
        if schema.table("_subjects") == nil {
            // Without keys of persons there is nothing to seal with.
            for index in collections.indices {
                collections[index].isAccounts = false
                collections[index].owner = nil
            }
        }
        return collections.flatMap { events(of: $0) + counters(in: $0) }
            + collections.flatMap { anonymizations(of: $0) }
    }

    init(_ name: String, when event: String, do statements: [String]) {
        self.name = name
        definition = """
            CREATE TRIGGER \(SQL.identifier(name)) \(event) BEGIN
              \(statements.joined(separator: ";\n  "));
            END
            """
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
