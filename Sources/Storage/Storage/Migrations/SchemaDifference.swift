package import ModelLanguage

/// What tells two schemas apart, table by table, with renamed ones recognized.
package struct SchemaDifference: Sendable {
    package let created: [Table]
    package let dropped: [Table]
    /// Tables that are in both and differ, or are renamed.
    package let changed: [TableDifference]
    /// Tables in their new shape whose rows may go: they are made anew, and so are those of that kind
    /// whose rows name theirs.
    package let replaced: [Table]
    /// Counters whose values have to be computed anew, in tables that exist already.
    package let counters: [CounterColumn]

    package struct CounterColumn: Sendable, Equatable {
        package let table: String
        package let column: String
        package let counter: Counter
    }

    package init(from old: DatabaseSchema, to new: DatabaseSchema) {
        let names = Renaming(from: old, to: new)
        let pairs = new.tables.map { table in (old: names.former(of: table, in: old), new: table) }
        created = pairs.filter { $0.old == nil }.map(\.new)
        let kept = Set(pairs.compactMap { $0.old?.name })
        dropped = old.tables.filter { !kept.contains($0.name) }
        var changed: [TableDifference] = []
        var replaced: [Table] = []
        for (oldTable, newTable) in pairs {
            guard let oldTable else { continue }
            let difference = TableDifference(from: oldTable, to: newTable, names: names)
            let isOrphaned = newTable.columns.contains { column in
                replaced.contains { $0.name == column.reference?.table }
            }
            if newTable.isEphemeral, isOrphaned || difference.changesColumns {
                replaced.append(newTable)
            } else if !difference.isEmpty {
                changed.append(difference)
            }
        }
        self.changed = changed
        self.replaced = replaced
        counters = Self.counters(pairs: pairs, changed: changed, names: names)
    }

    private static func counters(
        pairs: [(old: Table?, new: Table)],
        changed: [TableDifference],
        names: Renaming
    ) -> [CounterColumn] {
        let created = Set(pairs.filter { $0.old == nil }.map(\.new.name))
        var outdated: [CounterColumn] = []
        var current: [CounterColumn] = []
        for (oldTable, newTable) in pairs {
            guard let oldTable else { continue }
            for column in newTable.columns {
                guard let counter = column.counter else { continue }
                let former = names.former(of: column, table: newTable, in: oldTable)
                let isKnown = former?.counter.map(names.renamed) == counter
                let source = changed.first { $0.new.name == counter.collection }
                let counted = [counter.relation] + [counter.summand].compactMap { $0 }
                let isSourceKept =
                    !created.contains(counter.collection)
                    && !counted.contains { source?.replacesValues(of: $0) ?? false }
                let value = CounterColumn(
                    table: newTable.name,
                    column: column.name,
                    counter: counter
                )
                if isKnown && isSourceKept { current.append(value) } else { outdated.append(value) }
            }
        }
        return ordered(outdated, current)
    }

    /// Counters that sum up other counters come after those, and are outdated with them.
    private static func ordered(
        _ outdated: [CounterColumn],
        _ current: [CounterColumn]
    ) -> [CounterColumn] {
        var waiting = outdated
        var others = current
        var result: [CounterColumn] = []
        while !waiting.isEmpty {
            let ready = waiting.filter { one in !waiting.contains { one.sumsUp($0) } }
            // Counters that sum each other up have no order.
            guard !ready.isEmpty else { return result + waiting }
            result += ready
            waiting = waiting.filter { !ready.contains($0) }
            waiting += others.filter { one in ready.contains { one.sumsUp($0) } }
            others = others.filter { !waiting.contains($0) }
        }
        return result
    }
}

extension SchemaDifference.CounterColumn {
    fileprivate func sumsUp(_ other: Self) -> Bool {
        counter.collection == other.table && counter.summand == other.column
    }
}

/// What tells two versions of a table apart.
package struct TableDifference: Sendable {
    package let old: Table
    package let new: Table
    package let added: [Column]
    package let dropped: [Column]
    /// Columns under their old and their new name.
    package let renamed: [(old: String, new: String)]
    /// Columns that are in both, as the old version would be under the new names, and as they should be.
    package let changed: [(old: Column, new: Column)]
    package let addedIndexes: [TableIndex]
    package let droppedIndexes: [TableIndex]

    init(from old: Table, to new: Table, names: Renaming) {
        self.old = old
        self.new = new
        let pairs = new.columns.map { column in
            (old: names.former(of: column, table: new, in: old), new: column)
        }
        added = pairs.filter { $0.old == nil }.map(\.new)
        let kept = Set(pairs.compactMap { $0.old?.name })
        dropped = old.columns.filter { !kept.contains($0.name) }
        renamed = pairs.compactMap { pair in
            guard let former = pair.old, former.name != pair.new.name else { return nil }
            return (former.name, pair.new.name)
        }
        changed = pairs.compactMap { pair in
            guard let former = pair.old.map(names.renamed) else { return nil }
            return former.isSame(as: pair.new) ? nil : (former, pair.new)
        }
        // An index is named after its table and columns, so it is made anew where those are renamed.
        let isRenamed = old.name != new.name
        addedIndexes = new.indexes.filter { isRenamed || !old.indexes.contains($0) }
        droppedIndexes = old.indexes.filter { isRenamed || !new.indexes.contains($0) }
    }

    package var isRenamed: Bool { old.name != new.name }

    package var isEmpty: Bool {
        !isRenamed && added.isEmpty && dropped.isEmpty && renamed.isEmpty && changed.isEmpty
            && addedIndexes.isEmpty && droppedIndexes.isEmpty && !hasNewLayout
            && madePersonal.isEmpty
    }

    /// Whether the rows themselves differ, rather than where they are found.
    var changesColumns: Bool {
        !added.isEmpty || !dropped.isEmpty || !renamed.isEmpty || !changed.isEmpty || hasNewLayout
    }

    /// Columns that were there before, and are about people only now; their former names.
    package var madePersonal: [String] {
        new.columns.filter(\.isPersonal).map { formerName(of: $0.name) }.filter { name in
            old.column(name).map { !$0.isPersonal } ?? false
        }
    }

    /// Whether values have to be sealed, opened, or sealed for another place.
    package var changesSealing: Bool {
        let isElsewhere = isRenamed && new.columns.contains { $0.encryption != nil }
        return isElsewhere || changed.contains { $0.old.encryption != $0.new.encryption }
            || added.contains(where: \.isDigest)
            || renamed.contains { name in new.column(name.new)?.encryption != nil }
    }

    /// Whether the rows are keyed or kept in another way.
    package var hasNewLayout: Bool {
        old.primaryKey != new.primaryKey || old.isClustered != new.isClustered
    }

    /// Whether a column's values may be others than before.
    func replacesValues(of column: String) -> Bool {
        added.contains { $0.name == column }
            || changed.contains { $0.new.name == column && $0.old.type != $0.new.type }
    }

    /// A column's name before the change.
    package func formerName(of column: String) -> String {
        renamed.first { $0.new == column }?.old ?? column
    }
}

/// Which tables and columns of one schema are those of another one under a new name.
struct Renaming: Sendable {
    private var tables: [String: String] = [:]
    /// By the table's new name, then by the column's old one.
    private var columns: [String: [String: String]] = [:]

    init(from old: DatabaseSchema, to new: DatabaseSchema) {
        for table in new.tables {
            guard let former = table.formerName, old.table(table.name) == nil,
                new.table(former) == nil, old.table(former) != nil
            else { continue }
            tables[former] = table.name
        }
        for table in new.tables {
            guard let oldTable = former(of: table, in: old) else { continue }
            for column in table.columns {
                guard let former = column.formerName, oldTable.column(column.name) == nil,
                    table.column(former) == nil, oldTable.column(former) != nil
                else { continue }
                columns[table.name, default: [:]][former] = column.name
            }
        }
    }

    /// The table as it was, under whichever name.
    func former(of table: Table, in old: DatabaseSchema) -> Table? {
        if let same = old.table(table.name) { return same }
        guard let former = table.formerName, tables[former] == table.name else { return nil }
        return old.table(former)
    }

    /// The column as it was, under whichever name.
    func former(of column: Column, table: Table, in old: Table) -> Column? {
        if let same = old.column(column.name) { return same }
        guard let former = column.formerName, columns[table.name]?[former] == column.name else {
            return nil
        }
        return old.column(former)
    }

    /// An old counter under the new names.
    func renamed(_ counter: Counter) -> Counter {
        let collection = tables[counter.collection] ?? counter.collection
        let names = columns[collection] ?? [:]
        return Counter(
            collection: collection,
            relation: names[counter.relation] ?? counter.relation,
            summand: counter.summand.map { names[$0] ?? $0 }
        )
    }

    /// An old column, but for its own name, under the new names.
    func renamed(_ column: Column) -> Column {
        var column = column
        column.counter = column.counter.map(renamed)
        column.reference = column.reference.map { reference in
            Column.Reference(
                table: tables[reference.table] ?? reference.table,
                onDelete: reference.onDelete
            )
        }
        return column
    }
}

extension Column {
    /// Whether the columns hold the same values under the same conditions, whatever their names.
    fileprivate func isSame(as other: Column) -> Bool {
        type == other.type && isNullable == other.isNullable && defaultValue == other.defaultValue
            && checks == other.checks && reference == other.reference && counter == other.counter
            && encryption == other.encryption
    }
}
