import Storage
import Testing

extension ConformanceCase {
    static let counters: [ConformanceCase] = [
        ConformanceCase("counters follow what is made, moved and deleted") { store in
            let database = try Database(store)
            try await database.addUsers("ann", "bob")
            try await database.addPost("p", by: "ann", ["points": .integer(5)])
            try await database.addPost("q", by: "ann", ["points": .integer(7)])
            #expect(try counts(database, "ann") == [.integer(2), .integer(12)])
            try await database.run(
                (#"UPDATE "posts" SET "points" = 1 WHERE "id" = 'p'"#, [])
            )
            #expect(try counts(database, "ann") == [.integer(2), .integer(8)])
            try await database.run(
                (#"UPDATE "posts" SET "author" = 'bob', "points" = 3 WHERE "id" = 'q'"#, [])
            )
            #expect(try counts(database, "ann") == [.integer(1), .integer(1)])
            #expect(try counts(database, "bob") == [.integer(1), .integer(3)])
            try await database.run((#"DELETE FROM "posts" WHERE "id" = 'p'"#, []))
            #expect(try counts(database, "ann") == [.integer(0), .integer(0)])
        },
        ConformanceCase("counters follow cascades over several levels") { store in
            let database = try Database(store)
            try await database.addUsers("ann", "bob", "cid")
            for (index, pair) in [("ann", "bob"), ("cid", "bob"), ("bob", "ann")].enumerated() {
                try await database.insert(
                    "follows",
                    [
                        "id": .text("f\(index)"), "follower": .text(pair.0),
                        "followee": .text(pair.1),
                    ]
                )
            }
            let followers = #"SELECT "followers" FROM "users" WHERE "id" = ?1"#
            #expect(try database.value(followers, [.text("bob")]) == .integer(2))
            try await database.run((#"DELETE FROM "users" WHERE "id" = 'ann'"#, []))
            #expect(try database.value(followers, [.text("bob")]) == .integer(1))
        },
        ConformanceCase("a write that is rolled back counts nothing") { store in
            let database = try Database(store)
            try await database.addUsers("ann")
            let decision = try await database.write { transaction throws(StoreError) in
                let (sql, parameters) = Database.insert(
                    "posts",
                    ["id": .text("p"), "author": .text("ann"), "body": .text("b")]
                )
                _ = try transaction.execute(Statement(sql), parameters)
                return .rollBack
            }
            #expect(decision == .rollBack)
            #expect(try counts(database, "ann") == [.integer(0), .integer(0)])
        },
    ]
}

/// A user's number of posts and the sum of their points.
private func counts(_ database: Database, _ user: String) throws -> [SQLValue] {
    try database.rows(
        #"SELECT "posts", "points" FROM "users" WHERE "id" = ?1"#,
        [.text(user)]
    ).first ?? []
}
