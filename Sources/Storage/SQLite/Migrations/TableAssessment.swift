import ModelLanguage
import Storage

/// What the changes of one table mean for its records.
///
/// The data is looked at as it is before the migration, under its old names.
struct TableAssessment {
    let table: TableDifference
    private let check: DataCheck
    private let name: String

    init(connection: SQLiteConnection, table: TableDifference) {
        self.table = table
        name = table.new.name
        check = DataCheck(connection, table: table.old.name)
    }

    /// Whether `ALTER TABLE` cannot do it: then a new table takes the old one's place.
    var needsRebuild: Bool {
        table.hasNewLayout || table.changesSealing
            || !table.changed.allSatisfy { isCounterAlone($0.old, $0.new) }
            || table.dropped.contains { $0.reference != nil }
            || table.added.contains { column in
                (!column.isNullable && column.defaultLiteral == nil)
                    || (column.reference != nil && column.defaultLiteral != nil)
            }
    }

    /// Whether the columns differ only in what triggers keep.
    private func isCounterAlone(_ old: Column, _ new: Column) -> Bool {
        old.type == new.type && old.isNullable == new.isNullable
            && old.defaultValue == new.defaultValue && old.checks == new.checks
            && old.reference == new.reference && old.encryption == new.encryption
    }

    /// A column's name in the database before the migration.
    private func former(_ column: String) -> String {
        SQL.identifier(table.formerName(of: column))
    }
}

// MARK: - Columns that come and go

extension TableAssessment {
    func safetyOfAdding(_ column: Column) throws(StoreError) -> MigrationStep.Safety {
        guard !column.isNullable, column.defaultLiteral == nil else { return .safe }
        let count = try check.count()
        guard count > 0 else { return .safe }
        return .blocked(
            """
            \(DataCheck.records(count)) of \(name) would have no value for \(column.name); \
            give it a default, or make it optional
            """
        )
    }

    func safetyOfDropping(_ column: Column) throws(StoreError) -> MigrationStep.Safety {
        // A counter follows from other records, and a digest from another column.
        guard column.counter == nil, !column.isDigest else { return .safe }
        let count = try check.count(where: "\(SQL.identifier(column.name)) IS NOT NULL")
        guard count > 0 else { return .safe }
        return .losesData("the values of \(name).\(column.name) in \(DataCheck.records(count))")
    }

    func safetyOfUnique(_ index: TableIndex) throws(StoreError) -> MigrationStep.Safety {
        let columns = index.keys.map(\.field)
        let added = table.added.filter { columns.contains($0.name) }
        if added.contains(where: { $0.defaultLiteral == nil }) { return .safe }
        let kept = columns.filter { name in !added.contains { $0.name == name } }
        let duplicates =
            kept.isEmpty
            ? max(try check.count() - 1, 0)
            : try check.countDuplicates(kept.map { table.formerName(of: $0) })
        guard duplicates > 0 else { return .safe }
        return .blocked(
            """
            records of \(name) share the same \(columns.joined(separator: ", ")), in \
            \(duplicates == 1 ? "1 case" : "\(duplicates) cases"); make them differ first
            """
        )
    }
}

// MARK: - Columns that change

extension TableAssessment {
    /// One step for each thing that changes about a column; the rebuild carries them out.
    func steps(of column: (old: Column, new: Column)) throws(StoreError) -> [MigrationStep] {
        let (old, new) = column
        let label = "\(name).\(new.name)"
        var steps: [MigrationStep] = []
        func add(_ description: String, _ safety: MigrationStep.Safety = .safe) {
            steps.append(
                MigrationStep(description: description, safety: safety, statements: [])
            )
        }
        if old.encryption != new.encryption {
            switch (old.encryption, new.encryption) {
            case (nil, _): add("encrypt \(label)")
            case (_, nil): add("stop encrypting \(label)")
            default: add("change how \(label) is found")
            }
        }
        if old.type != new.type {
            add(
                "change the type of \(label) from \(old.type.rawValue) to \(new.type.rawValue)",
                try safetyOfType(old, new)
            )
        }
        if old.isNullable, !new.isNullable {
            add("make \(label) required", try safetyOfRequiring(new))
        } else if !old.isNullable, new.isNullable {
            add("make \(label) optional")
        }
        if old.defaultValue != new.defaultValue { add("change the default of \(label)") }
        for constraint in old.checks where !new.checks.contains(constraint) {
            if !new.checks.contains(where: { $0.name == constraint.name }) {
                add("lift \(constraint.name) of \(label)")
            }
        }
        // Of what is sealed nothing can be told beforehand; the rebuild itself refuses what is wrong.
        for constraint in new.checks
        where !old.checks.contains(constraint) && old.encryption == nil {
            add(
                "set \(constraint.name) of \(label)",
                try safetyOfChecking(constraint, old, new)
            )
        }
        if old.reference != new.reference {
            add(descriptionOfReference(old, new, label), try safetyOfReference(old, new))
        }
        if old.counter != new.counter {
            add(
                new.counter == nil ? "stop counting \(label)" : "count \(label)",
                try safetyOfCounting(old, new)
            )
        }
        return steps
    }

    private func safetyOfType(
        _ old: Column,
        _ new: Column
    ) throws(StoreError) -> MigrationStep.Safety {
        let column = formerValue(of: new.name)
        let values = try check.count(where: "\(former(new.name)) IS NOT NULL")
        guard values > 0 else { return .safe }
        guard let conversion = TypeConversion(from: old.type, to: new.type) else {
            if new.isNullable || new.defaultLiteral != nil {
                return .losesData(
                    "the values of \(name).\(new.name) in \(DataCheck.records(values))"
                )
            }
            return .blocked(
                """
                the values of \(name).\(new.name) cannot be converted from \(old.type.rawValue) to \
                \(new.type.rawValue); add a column under a new name, or make it optional
                """
            )
        }
        let misfits = try conversion.misfit.map { misfit throws(StoreError) in
            try check.count(where: "\(column) IS NOT NULL AND \(misfit(column))")
        }
        guard let misfits, misfits > 0 else { return .safe }
        return .blocked(
            """
            \(DataCheck.records(misfits)) of \(name) have a value of \(new.name) that is no \
            \(new.type.rawValue); change them first
            """
        )
    }

    private func safetyOfRequiring(_ new: Column) throws(StoreError) -> MigrationStep.Safety {
        guard new.defaultLiteral == nil else { return .safe }
        let count = try check.count(where: "\(former(new.name)) IS NULL")
        guard count > 0 else { return .safe }
        return .blocked(
            """
            \(DataCheck.records(count)) of \(name) have no \(new.name); give it a default, or set \
            the values first
            """
        )
    }

    private func safetyOfChecking(
        _ constraint: Column.Check,
        _ old: Column,
        _ new: Column
    ) throws(StoreError) -> MigrationStep.Safety {
        var column = new
        let formerName = table.formerName(of: new.name)
        if old.type == new.type {
            column = Column(name: formerName, type: new.type)
        } else if TypeConversion(from: old.type, to: new.type) == nil {
            return .safe
        } else {
            column = Column(name: formerName, type: old.type)
        }
        let count = try check.count(where: "NOT (\(constraint.condition(on: column)))")
        guard count > 0 else { return .safe }
        return .blocked(
            """
            \(DataCheck.records(count)) of \(name) break \(constraint.name) of \(new.name); change \
            them first
            """
        )
    }

    private func descriptionOfReference(_ old: Column, _ new: Column, _ label: String) -> String {
        guard let reference = new.reference else { return "let \(label) name no record" }
        if reference.table == old.reference?.table {
            return "change what becomes of \(label) on deletion to \(reference.onDelete.rawValue)"
        }
        return "let \(label) name records of \(reference.table)"
    }

    private func safetyOfReference(
        _ old: Column,
        _ new: Column
    ) throws(StoreError) -> MigrationStep.Safety {
        guard let target = new.reference?.table, target != old.reference?.table else {
            return .safe
        }
        let column = former(new.name)
        let values = try check.count(where: "\(column) IS NOT NULL")
        guard values > 0 else { return .safe }
        // A target that is only made by this migration has no records yet.
        let orphans =
            (try? check.count(
                where: """
                    \(column) IS NOT NULL AND \(column) NOT IN \
                    (SELECT "id" FROM \(SQL.identifier(target)))
                    """
            )) ?? values
        guard orphans > 0 else { return .safe }
        return .blocked(
            """
            \(DataCheck.records(orphans)) of \(name) have a \(new.name) that is no record of \
            \(target); change them first
            """
        )
    }

    private func safetyOfCounting(
        _ old: Column,
        _ new: Column
    ) throws(StoreError) -> MigrationStep.Safety {
        guard old.counter == nil, new.counter != nil else { return .safe }
        let count = try check.count(where: "\(former(new.name)) <> 0")
        guard count > 0 else { return .safe }
        return .losesData(
            "the values of \(name).\(new.name) in \(DataCheck.records(count)), which are replaced by counts"
        )
    }
}

// MARK: - Rebuilding

extension TableAssessment {
    /// A new table is filled and takes the old one's place, after its tables and columns are renamed.
    func rebuild() -> [String] {
        let new = table.new
        let temporary = "_rebuilt_\(new.name)"
        let columns = new.columns.map { column in
            (name: SQL.identifier(column.name), value: value(of: column))
        }
        return [
            new.definition(as: temporary),
            """
            INSERT INTO \(SQL.identifier(temporary)) \
            (\(columns.map(\.name).joined(separator: ", "))) \
            SELECT \(columns.map(\.value).joined(separator: ", ")) FROM \(SQL.identifier(new.name))
            """,
            "DROP TABLE \(SQL.identifier(new.name))",
            "ALTER TABLE \(SQL.identifier(temporary)) RENAME TO \(SQL.identifier(new.name))",
        ]
    }

    private func value(of column: Column) -> String {
        if let value = sealedValue(of: column) { return value }
        let fallback = column.defaultLiteral ?? "NULL"
        if table.added.contains(where: { $0.name == column.name }) { return fallback }
        let name = SQL.identifier(column.name)
        guard let change = table.changed.first(where: { $0.new.name == column.name }) else {
            return name
        }
        guard let conversion = TypeConversion(from: change.old.type, to: column.type) else {
            return fallback
        }
        let value = conversion.expression(name)
        let needsFallback = !column.isNullable && column.defaultLiteral != nil
        return needsFallback ? "coalesce(\(value), \(fallback))" : value
    }
}
