import ModelLanguage
import Storage
import StoreConformance
import Testing

@testable import SQLite

/// Databases of the version that knew passwords and refresh tokens alone.
@Suite struct AccountTableMigrationTests {
    @Test func `accounts outlive the tables' new shape, and nothing counts as lost`() throws {
        let directory = try TemporaryDirectory()
        let connection = try SQLiteConnection(
            path: directory.path + "/test.db",
            access: .write,
            options: SQLiteOptions()
        )
        let migrator = SQLiteMigrator(connection: connection)
        let model = try ModelLoader.load(Self.model.utf8, path: "mainstay.yaml").model
        let new = DatabaseSchema(model)
        try migrator.apply(migrator.plan(to: earlier(new)), allowDataLoss: false).get()
        try connection.run(
            """
            INSERT INTO "users" ("id", "email", "created", "updated") VALUES ('u', 'a@b.c', 1, 1);
            INSERT INTO "_accounts" VALUES ('u', 'hash', NULL, 1, 1);
            INSERT INTO "_sessions" VALUES ('s', 'u', 's', x'00', 1, 2, NULL);
            """
        )
        let plan = try migrator.plan(to: new)
        #expect(plan.isSafe, "\(plan)")
        try migrator.apply(plan, allowDataLoss: false).get()
        #expect(try migrator.plan(to: new).isEmpty)
        let accounts = try connection.rowsOnce(
            #"SELECT "id", "password", "verified", "suspended" FROM "_accounts""#
        )
        #expect(accounts == [[.text("u"), .text("hash"), .null, .null]])
        #expect(try connection.rowsOnce(#"SELECT count(*) FROM "_sessions""#) == [[.integer(0)]])
    }

    /// The tables as they were, with the collections of another schema.
    private func earlier(_ schema: DatabaseSchema) -> DatabaseSchema {
        let account = Column.Reference(table: "users", onDelete: .cascade)
        let credentials = Table(
            name: "_accounts",
            kind: .system,
            columns: [
                Column(name: "id", type: .text, reference: account),
                Column(name: "password", type: .text),
                Column(name: "role", type: .text, isNullable: true),
                Column(name: "created", type: .datetime),
                Column(name: "updated", type: .datetime),
            ],
            primaryKey: ["id"],
            indexes: []
        )
        let sessions = Table(
            name: "_sessions",
            kind: .system,
            columns: [
                Column(name: "id", type: .text),
                Column(name: "account", type: .text, reference: account),
                Column(name: "family", type: .text),
                Column(name: "token_hash", type: .blob),
                Column(name: "created", type: .datetime),
                Column(name: "expires", type: .datetime),
                Column(name: "used", type: .datetime, isNullable: true),
            ],
            primaryKey: ["id"],
            indexes: [
                TableIndex("token_hash", isUnique: true), TableIndex("account"),
                TableIndex("family"), TableIndex("expires"),
            ]
        )
        let kept = ["users", "_events", "_idempotency"].compactMap { schema.table($0) }
        return DatabaseSchema(tables: kept + [credentials, sessions])
    }

    private static let model = """
        app: Old
        api: v1
        modules:
          main:
            collections:
              users:
                accounts: true
                fields: {}
                rules: { read: "true" }
        """
}
