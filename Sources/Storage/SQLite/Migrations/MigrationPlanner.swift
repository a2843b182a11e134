import ModelLanguage
import Storage

/// Turns the difference of two schemas into steps in SQLite's dialect, and looks at the data to
/// tell whether they are safe.
///
/// The steps follow each other so that none stands in another one's way: triggers and indexes
/// go first, then tables are renamed, made, changed and dropped, then indexes, counters and triggers come.
struct MigrationPlanner {
    let connection: SQLiteConnection
    let schema: DatabaseSchema
    let difference: SchemaDifference
    /// The definitions of what is in the database now, by name.
    private let objects: [String: String]
    /// The names of what the last migration left; anything else was made by hand.
    private let recorded: Set<String>
    private var steps: [MigrationStep] = []

    init(
        connection: SQLiteConnection,
        from old: DatabaseSchema,
        to new: DatabaseSchema,
        objects: [String: String],
        recorded: Set<String>
    ) {
        self.connection = connection
        self.objects = objects
        self.recorded = recorded
        schema = new
        difference = SchemaDifference(from: old, to: new)
    }

    mutating func plan() throws(StoreError) -> [MigrationStep] {
        steps = []
        dropIndexes()
        renameTables()
        createTables()
        for table in difference.changed { try change(table) }
        try dropTables()
        try createIndexes()
        fillCounters()
        try giveKeys()
        concealEvents()
        renewTriggers()
        return steps
    }

    mutating func add(
        _ description: String,
        _ safety: MigrationStep.Safety = .safe,
        _ statements: [String]
    ) {
        steps.append(
            MigrationStep(description: description, safety: safety, statements: statements)
        )
    }
}

// MARK: - Tables

extension MigrationPlanner {
    private mutating func renameTables() {
        for table in difference.changed where table.isRenamed {
            let (old, new) = (SQL.identifier(table.old.name), SQL.identifier(table.new.name))
            add(
                "rename the table \(table.old.name) to \(table.new.name)",
                .safe,
                ["ALTER TABLE \(old) RENAME TO \(new)"]
            )
        }
    }

    private mutating func createTables() {
        for table in difference.created {
            add("create the table \(table.name)", .safe, [table.definition()])
        }
        for table in difference.replaced {
            add(
                "make the table \(table.name) anew, empty: it holds nothing that lasts",
                .safe,
                ["DROP TABLE \(SQL.identifier(table.name))", table.definition()]
            )
        }
    }

    private mutating func dropTables() throws(StoreError) {
        for table in difference.dropped {
            let count = try DataCheck(connection, table: table.name).count()
            let records = DataCheck.records(count)
            add(
                "drop the table \(table.name)",
                count == 0 ? .safe : .losesData("\(records) of \(table.name)"),
                ["DROP TABLE \(SQL.identifier(table.name))"]
            )
        }
    }

    private mutating func change(_ table: TableDifference) throws(StoreError) {
        let name = SQL.identifier(table.new.name)
        for column in table.renamed {
            let (old, new) = (SQL.identifier(column.old), SQL.identifier(column.new))
            add(
                "rename the column \(table.new.name).\(column.old) to \(column.new)",
                .safe,
                ["ALTER TABLE \(name) RENAME COLUMN \(old) TO \(new)"]
            )
        }
        let assessment = TableAssessment(connection: connection, table: table)
        let needsRebuild = assessment.needsRebuild
        for column in table.added {
            let statement = "ALTER TABLE \(name) ADD COLUMN \(column.definition)"
            add(
                "add the column \(table.new.name).\(column.name)",
                try assessment.safetyOfAdding(column),
                needsRebuild ? [] : [statement]
            )
        }
        for column in table.dropped {
            add(
                "drop the column \(table.new.name).\(column.name)",
                try assessment.safetyOfDropping(column),
                needsRebuild
                    ? [] : ["ALTER TABLE \(name) DROP COLUMN \(SQL.identifier(column.name))"]
            )
        }
        for column in table.changed { steps += try assessment.steps(of: column) }
        guard needsRebuild else { return }
        let extra = try handMadeParts(of: table.old)
        add(
            "rebuild the table \(table.new.name) with these changes",
            extra.isEmpty
                ? .safe
                : .losesData(
                    "what was added to \(table.new.name) by hand: \(extra.joined(separator: ", "))"
                ),
            assessment.rebuild()
        )
    }

    /// The columns, indexes and triggers that somebody added without Mainstay; a rebuild leaves them out.
    private func handMadeParts(of table: Table) throws(StoreError) -> [String] {
        let name = SQL.literal(table.name)
        let columns = try connection.rowsOnce("SELECT name FROM pragma_table_info(\(name))")
        let objects = try connection.rowsOnce(
            "SELECT name FROM sqlite_schema WHERE tbl_name = \(name) AND sql IS NOT NULL"
        )
        let knownColumns = Set(table.columns.map(\.name))
        return columns.compactMap { $0.first?.text }.filter { !knownColumns.contains($0) }
            + objects.compactMap { $0.first?.text }.filter { !recorded.contains($0) }
    }
}

// MARK: - Indexes, counters, triggers

extension MigrationPlanner {
    private mutating func dropIndexes() {
        for table in difference.changed {
            for index in table.droppedIndexes {
                let name = index.name(in: table.old.name)
                guard objects[name] != nil else { continue }
                add(
                    "drop the index of \(table.old.name) by \(index.summary)",
                    .safe,
                    ["DROP INDEX \(SQL.identifier(name))"]
                )
            }
        }
    }

    /// Makes the indexes that are new, those that somebody dropped by hand, and anew those of tables
    /// that are rebuilt.
    private mutating func createIndexes() throws(StoreError) {
        for table in schema.tables {
            let change = difference.changed.first { $0.new.name == table.name }
            let isRebuilt =
                change.map { TableAssessment(connection: connection, table: $0).needsRebuild }
                ?? difference.replaced.contains { $0.name == table.name }
            for index in table.indexes {
                let isKept =
                    objects[index.name(in: table.name)] != nil
                    && !(change?.addedIndexes.contains(index) ?? false)
                if isKept && !isRebuilt { continue }
                let verb = isKept ? "restore" : "create"
                add(
                    "\(verb) the \(index.isUnique ? "unique " : "")index of \(table.name) by \(index.summary)",
                    isKept ? .safe : try safety(of: index, change),
                    [index.definition(on: table.name)]
                )
            }
        }
    }

    private func safety(
        of index: TableIndex,
        _ change: TableDifference?
    ) throws(StoreError) -> MigrationStep.Safety {
        guard index.isUnique, let change else { return .safe }
        return try TableAssessment(connection: connection, table: change).safetyOfUnique(index)
    }

    private mutating func fillCounters() {
        for counter in difference.counters {
            let source = SQL.identifier(counter.counter.collection)
            let relation = SQL.identifier(counter.counter.relation)
            let table = SQL.identifier(counter.table)
            let value =
                counter.counter.summand.map { "coalesce(sum(\(SQL.identifier($0))), 0)" }
                ?? "count(*)"
            add(
                "count \(counter.table).\(counter.column) anew",
                .safe,
                [
                    """
                    UPDATE \(table) SET \(SQL.identifier(counter.column)) = \
                    (SELECT \(value) FROM \(source) AS "counted" \
                    WHERE "counted".\(relation) = \(table)."id")
                    """
                ]
            )
        }
    }

    /// Triggers are put aside while tables change, and are always written anew afterwards.
    private mutating func renewTriggers() {
        let wanted = Trigger.all(for: schema)
        let names = recorded.union(wanted.map(\.name))
        let present = objects.filter { name, definition in
            definition.hasPrefix("CREATE TRIGGER") && names.contains(name)
        }
        let isSame =
            wanted.count == present.count
            && wanted.allSatisfy { present[$0.name] == $0.definition }
        if steps.isEmpty && isSame { return }
        if !present.isEmpty {
            let drops = present.keys.sorted().map { "DROP TRIGGER \(SQL.identifier($0))" }
            let step = MigrationStep(
                description: "put the triggers aside",
                statements: drops
            )
            steps.insert(step, at: 0)
        }
        guard !wanted.isEmpty else { return }
        add(
            "install the triggers that keep counters and the event log",
            .safe,
            wanted.map(\.definition)
        )
    }
}
