import JSON
import Storage
import Testing

extension ConformanceCase {
    static let reads: [ConformanceCase] = [
        ConformanceCase("a read sees what was committed before it") { store in
            let database = try Database(store)
            let reader = try database.store.makeReader()
            let count = Statement(#"SELECT count(*) FROM "users""#)
            #expect(try reader.rows(count, []) == [[.integer(0)]])
            try await database.addUsers("ann")
            #expect(try reader.rows(count, []) == [[.integer(1)]])
        },
        ConformanceCase("a snapshot stays as it is until it ends") { store in
            let database = try Database(store)
            let reader = try database.store.makeReader()
            let count = Statement(#"SELECT count(*) FROM "users""#)
            try reader.beginSnapshot()
            #expect(try reader.rows(count, []) == [[.integer(0)]])
            try await database.addUsers("ann")
            #expect(try reader.rows(count, []) == [[.integer(0)]])
            reader.endSnapshot()
            #expect(try reader.rows(count, []) == [[.integer(1)]])
            reader.endSnapshot()
        },
        ConformanceCase("a read that takes too long is interrupted and leaves no trace") { store in
            let reader = try Database(store).store.makeReader()
            let shape = RowShape(members: [MemberColumn(name: "n", column: 0, format: .integer)])
            let endless = Statement(
                """
                WITH RECURSIVE "t" ("n") AS (SELECT 1 UNION ALL SELECT "n" + 1 FROM "t")
                SELECT "n" FROM "t" WHERE "n" < 3 OR "n" > 1000000000000
                """,
                shape: shape
            )
            let output = RowOutput()
            #expect(throws: StoreError.interrupted) {
                try reader.write(endless, [], limit: 100, budget: .short, into: output)
            }
            #expect(output.json.count == 0)
            #expect(output.rows.isEmpty)
            let simple = Statement("SELECT 1", shape: shape)
            try reader.write(simple, [], limit: 1, budget: .short, into: output)
            #expect(output.json.text == #"{"n":1}"#)
        },
        ConformanceCase("a connection that reads cannot write") { store in
            let reader = try Database(store).store.makeReader()
            #expect(throws: StoreError.self) {
                try reader.rows(Statement(#"DELETE FROM "users""#), [])
            }
        },
        ConformanceCase("a plan tells lookups from scans and sorts") { store in
            let reader = try Database(store).store.makeReader()
            func isUnbounded(_ sql: String) throws -> Bool {
                let plan = try reader.queryPlan(of: Statement(sql))
                return plan.isUnbounded
            }
            #expect(try !isUnbounded(#"SELECT * FROM "posts" WHERE "id" = ?1"#))
            #expect(
                try !isUnbounded(
                    """
                    SELECT * FROM "posts" WHERE "author" = ?1
                    ORDER BY "created" DESC, "id" DESC LIMIT 20
                    """
                )
            )
            #expect(
                try !isUnbounded(
                    #"SELECT * FROM "posts" ORDER BY "created" DESC, "id" DESC LIMIT 20"#
                )
            )
            #expect(
                try !isUnbounded(
                    """
                    SELECT * FROM "comments" WHERE "post" = ?1
                    ORDER BY "created" DESC, "id" DESC LIMIT 20
                    """
                )
            )
            #expect(try isUnbounded(#"SELECT count(*) FROM "posts""#))
            #expect(try isUnbounded(#"SELECT * FROM "posts" WHERE "body" = ?1"#))
            #expect(try isUnbounded(#"SELECT * FROM "posts" ORDER BY "body" LIMIT 20"#))
        },
        ConformanceCase("a statement that is wrong is refused, and the connection goes on") {
            store in
            let reader = try Database(store).store.makeReader()
            #expect(throws: StoreError.self) { try reader.rows(Statement("SELEC 1"), []) }
            #expect(throws: StoreError.self) { try reader.rows(Statement(""), []) }
            // A misspelled column is no text.
            #expect(throws: StoreError.self) { try reader.rows(Statement(#"SELECT "x""#), []) }
            #expect(try reader.rows(Statement("SELECT 1"), []) == [[.integer(1)]])
        },
    ]
}
