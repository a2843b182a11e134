import Storage
import Testing

extension ConformanceCase {
    static let constraints: [ConformanceCase] = [
        ConformanceCase("what has to be unique is named when it is not") { store in
            let database = try Database(store)
            try await database.addUsers("ann", "bob")
            await #expect(throws: StoreError.unique(table: "users", columns: ["id"])) {
                try await database.insert(
                    "users",
                    ["id": .text("ann"), "handle": .text("y"), "email": .text("y@example.org")]
                )
            }
            await #expect(throws: StoreError.unique(table: "users", columns: ["handle"])) {
                try await database.insert(
                    "users",
                    ["id": .text("x"), "handle": .text("ann"), "email": .text("x@example.org")]
                )
            }
            let follow: [String: SQLValue] = ["follower": .text("ann"), "followee": .text("bob")]
            try await database.insert("follows", follow.merging(["id": .text("1")]) { $1 })
            let expected = StoreError.unique(table: "follows", columns: ["follower", "followee"])
            await #expect(throws: expected) {
                try await database.insert("follows", follow.merging(["id": .text("2")]) { $1 })
            }
        },
        ConformanceCase("a relation names a record that exists") { store in
            let database = try Database(store)
            await #expect(throws: StoreError.foreignKey) {
                try await database.addPost("p", by: "nobody")
            }
        },
        ConformanceCase("a record that is named restrictively stays") { store in
            let database = try Database(store)
            try await database.addUsers("ann")
            try await database.insert("categories", ["id": .text("c"), "name": .text("C")])
            try await database.addPost("p", by: "ann", ["category": .text("c")])
            await #expect(throws: StoreError.foreignKey) {
                try await database.run((#"DELETE FROM "categories""#, []))
            }
            try await database.run(
                (#"DELETE FROM "posts""#, []),
                (#"DELETE FROM "categories""#, [])
            )
            #expect(try database.value(#"SELECT count(*) FROM "categories""#) == .integer(0))
        },
        ConformanceCase("checks, types and missing values are refused without naming values") {
            store in
            let database = try Database(store)
            try await database.addUsers("ann")
            func failure(_ values: [String: SQLValue]) async -> StoreError? {
                do {
                    try await database.addPost("p", by: "ann", values)
                    return nil
                } catch {
                    return error as? StoreError
                }
            }
            #expect(await failure(["visibility": .text("secret")]) == .check("visibility.enum"))
            #expect(await failure(["body": .text("")]) == .check("body.minLength"))
            let long = String(repeating: "𝄞", count: 501)
            #expect(await failure(["body": .text(long)]) == .check("body.maxLength"))
            #expect(await failure(["pinned": .integer(2)]) == .check("pinned.boolean"))
            #expect(await failure(["body": .null]) == .notNull(table: "posts", column: "body"))
            guard case .check(let message)? = await failure(["points": .text("secret")]) else {
                Issue.record("a text is no integer")
                return
            }
            #expect(!message.contains("secret"))
            #expect(await failure(["body": .text(String(long.dropLast()))]) == nil)
        },
    ]
}
