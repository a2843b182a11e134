import CSQLite
import JSON
import Storage

/// Plans and carries out migrations on the writer's connection, between two groups of writes.
struct SQLiteMigrator {
    let connection: SQLiteConnection

    func plan(to schema: DatabaseSchema) throws(StoreError) -> MigrationPlan {
        let recorded = try lastMigration()
        let actual = try objects()
        var planner = MigrationPlanner(
            connection: connection,
            from: recorded?.schema ?? DatabaseSchema(tables: []),
            to: schema,
            objects: actual,
            recorded: recorded.map { Set($0.objects.keys) } ?? []
        )
        return MigrationPlan(
            steps: try planner.plan(),
            drift: recorded.map { Self.drift(from: $0.objects, to: actual) } ?? [],
            schema: schema,
            baseline: recorded?.id ?? 0
        )
    }

    func apply(_ plan: MigrationPlan, allowDataLoss: Bool) -> Result<Void, MigrationError> {
        guard plan.obstacles.isEmpty else { return .failure(.blocked(plan.obstacles)) }
        guard allowDataLoss || plan.losses.isEmpty else {
            return .failure(.losesData(plan.losses))
        }
        guard !plan.isEmpty else { return .success(()) }
        return Result { () throws(MigrationError) in
            // Tables are rebuilt by dropping them, which must not cascade. The setting can only be
            // changed outside of a transaction; what it would have refused is checked before the commit.
            try run("PRAGMA foreign_keys = OFF")
            defer { try? connection.run("PRAGMA foreign_keys = ON") }
            try run("BEGIN IMMEDIATE")
            do throws(MigrationError) {
                try carryOut(plan)
                try run("COMMIT")
            } catch {
                if !connection.isOutsideTransaction { try? connection.run("ROLLBACK") }
                throw error
            }
        }
    }

    private func carryOut(_ plan: MigrationPlan) throws(MigrationError) {
        let baseline: Int64
        do throws(StoreError) {
            baseline = try lastMigration()?.id ?? 0
        } catch {
            throw .store(error)
        }
        guard baseline == plan.baseline else { throw .outdated }
        connection.functions.write = nil
        for step in plan.steps {
            for statement in step.statements { try run(statement) }
        }
        let broken: [[SQLValue]]
        do throws(StoreError) {
            try record(plan)
            broken = try connection.rowsOnce("PRAGMA foreign_key_check")
        } catch {
            throw .store(error)
        }
        if let table = broken.first?.first?.text {
            throw .blocked(["records of \(table) would name records that do not exist"])
        }
    }

    private func run(_ sql: String) throws(MigrationError) {
        do throws(StoreError) {
            try connection.run(sql)
        } catch {
            throw .store(error)
        }
    }
}

// MARK: - The record of migrations

extension SQLiteMigrator {
    struct Recorded {
        let id: Int64
        let schema: DatabaseSchema
        /// The definitions of tables, indexes and triggers by their names.
        let objects: [String: String]
    }

    /// The schema as the last migration left it; nil for a new database.
    private func lastMigration() throws(StoreError) -> Recorded? {
        let tables = try connection.rowsOnce(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_migrations'"
        )
        guard !tables.isEmpty else { return nil }
        let last = try connection.rowsOnce(
            #"SELECT "id", "schema", "objects" FROM "_migrations" ORDER BY "id" DESC LIMIT 1"#
        )
        guard let row = last.first else { return nil }
        guard let id = row[0].integer, let schema = row[1].text.flatMap(Self.schema),
            let objects = row[2].text.flatMap(Self.objects)
        else { throw .corrupt("the record of the last migration cannot be read") }
        return Recorded(id: id, schema: schema, objects: objects)
    }

    private static func schema(_ text: String) -> DatabaseSchema? {
        (try? JSONParser.parse(text)).flatMap(DatabaseSchema.init(json:))
    }

    private static func objects(_ text: String) -> [String: String]? {
        guard case .object(let members)? = try? JSONParser.parse(text) else { return nil }
        return Dictionary(
            members.map { ($0.name, $0.value.stringValue ?? "") },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The definitions of all tables, indexes and triggers that are there now.
    private func objects() throws(StoreError) -> [String: String] {
        let rows = try connection.rowsOnce(
            """
            SELECT name, sql FROM sqlite_schema
            WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> '_migrations'
            """
        )
        return Dictionary(
            rows.map { ($0[0].text ?? "", $0[1].text ?? "") },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private func record(_ plan: MigrationPlan) throws(StoreError) {
        try connection.run(
            """
            CREATE TABLE IF NOT EXISTS "_migrations" (
              "id" INTEGER PRIMARY KEY,
              "at" INTEGER NOT NULL,
              "schema" TEXT NOT NULL,
              "objects" TEXT NOT NULL,
              "statements" TEXT NOT NULL
            ) STRICT
            """
        )
        let objects = try objects().sorted { $0.key < $1.key }.map {
            JSONValue.Member($0.key, .string($0.value))
        }
        let statements = plan.steps.flatMap(\.statements).joined(separator: ";\n")
        let insert = Statement(
            """
            INSERT INTO "_migrations" ("at", "schema", "objects", "statements")
            VALUES (mainstay_now(), ?1, ?2, ?3)
            """
        )
        _ = try connection.execute(
            insert,
            [
                .text(plan.schema.json.description),
                .text(JSONValue.object(objects).description),
                .text(statements),
            ]
        )
    }

    /// What differs between two sets of definitions, in words.
    private static func drift(
        from recorded: [String: String],
        to actual: [String: String]
    ) -> [String] {
        let names = Set(recorded.keys).union(actual.keys).sorted()
        return names.compactMap { name in
            switch (recorded[name], actual[name]) {
            case (nil, _): "\"\(name)\" was added"
            case (_, nil): "\"\(name)\" was dropped"
            case (let before?, let now?): before == now ? nil : "\"\(name)\" was changed"
            }
        }
    }
}
