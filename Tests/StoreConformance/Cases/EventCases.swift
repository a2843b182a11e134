import JSON
import ModelLanguage
import Storage
import Testing

extension ConformanceCase {
    static let events: [ConformanceCase] = [
        ConformanceCase("each change is an event, with the record before and after") { store in
            let database = try Database(store)
            try await database.addUsers("ann")
            try await database.addPost(
                "p",
                by: "ann",
                [
                    "rating": .real(0.1), "pinned": .integer(1), "published": .integer(0),
                    "tags": .text(#"["a","b"]"#), "meta": .text(#"{"k":null}"#),
                ]
            )
            try await database.run((#"UPDATE "posts" SET "body" = 'it''s "new"'"#, []))
            try await database.run((#"DELETE FROM "posts""#, []))
            let events = try database.rows(
                """
                SELECT "at", "actor", "record", "kind", "before", "after" FROM "_events"
                WHERE "collection" = 'posts' ORDER BY "seq"
                """
            )
            let head = #"{"id":"p","author":"ann","editor":null,"category":null,"body":"#
            let tail =
                #","visibility":"public","points":0,"rating":0.1,"pinned":true,"#
                + #""published":"1970-01-01T00:00:00.000000Z","day":null,"tags":["a","b"],"#
                + #""meta":{"k":null},"comments":0,"created":"2026-11-21T08:23:26.123456Z","#
                + #""updated":"2026-11-21T08:23:26.123456Z"}"#
            let old = SQLValue.text(head + #""words""# + tail)
            let new = SQLValue.text(head + #""it's \"new\"""# + tail)
            let start: [SQLValue] = [.integer(Database.now), .text("someone"), .text("p")]
            #expect(
                events == [
                    start + [.text("created"), .null, old],
                    start + [.text("updated"), old, new],
                    start + [.text("deleted"), new, .null],
                ]
            )
        },
        ConformanceCase("cascades and cleared relations are events too") { store in
            let database = try Database(store)
            try await database.addUsers("ann", "bob")
            try await database.addPost("p", by: "ann", ["editor": .text("bob")])
            try await database.addPost("q", by: "bob")
            try await database.insert(
                "comments",
                ["id": .text("c"), "post": .text("q"), "body": .text("hm")]
            )
            try await database.run((#"DELETE FROM "users" WHERE "id" = 'bob'"#, []), actor: nil)
            let events = try database.rows(
                """
                SELECT "collection", "record", "kind", "actor" FROM "_events"
                WHERE "seq" > 5 ORDER BY "collection", "record"
                """
            )
            #expect(
                events == [
                    [.text("comments"), .text("c"), .text("deleted"), .null],
                    [.text("posts"), .text("p"), .text("updated"), .null],
                    [.text("posts"), .text("q"), .text("deleted"), .null],
                    [.text("users"), .text("bob"), .text("deleted"), .null],
                ]
            )
            #expect(
                try database.value(#"SELECT "editor" FROM "posts" WHERE "id" = 'p'"#) == .null
            )
        },
        ConformanceCase("counters that change are no events") { store in
            let database = try Database(store)
            try await database.addUsers("ann")
            try await database.addPost("p", by: "ann")
            let kinds = try database.rows(#"SELECT "kind" FROM "_events" ORDER BY "seq""#)
            #expect(kinds == [[.text("created")], [.text("created")]])
        },
        ConformanceCase("the log has no gaps where writes are refused") { store in
            let database = try Database(store)
            for index in 0..<6 {
                _ = try? await database.addUsers(index % 2 == 0 ? "user\(index)" : "user0")
            }
            let sequence = try database.rows(#"SELECT "seq" FROM "_events" ORDER BY "seq""#)
            #expect(sequence == [[.integer(1)], [.integer(2)], [.integer(3)]])
        },
        ConformanceCase("records of very many fields are events as well") { store in
            let fields = (0..<230).map { index in
                Field(name: "f\(index)", type: .integer, defaultValue: .integer(Int64(index)))
            }
            let model = TestModel.model([TestModel.collection("wide", fields: fields)])
            let database = try Database(store, model)
            try await database.insert("wide", ["id": .text("w")])
            let after = try #require(try database.value(#"SELECT "after" FROM "_events""#)?.text)
            let record = try JSONParser.parse(after)
            #expect(record["id"] == "w")
            #expect(record["f229"] == 229)
            #expect(record["f99"] == 99)
            #expect(record["updated"] == "2026-11-21T08:23:26.123456Z")
        },
    ]
}
