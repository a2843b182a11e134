import Storage
import Testing

extension ConformanceCase {
    static let values: [ConformanceCase] = [
        ConformanceCase("values come back as they were written") { store in
            let database = try Database(store)
            try await database.addUsers("ann")
            let texts = ["", "plain", "it's \"quoted\" \\ \u{0}zero", "žluťoučký 👩‍👩‍👧 𝄞", "\n\t"]
            for (index, text) in texts.enumerated() where !text.isEmpty {
                try await database.addPost("post\(index)", by: "ann", ["body": .text(text)])
                let read = try database.value(
                    #"SELECT "body" FROM "posts" WHERE "id" = ?1"#,
                    [.text("post\(index)")]
                )
                #expect(read == .text(text))
            }
            for integer in [Int64.min, -1, 0, 1, .max] {
                #expect(try database.value("SELECT ?1", [.integer(integer)]) == .integer(integer))
            }
            for number in [0.1, -0.0, 1e300, 1e-300, .greatestFiniteMagnitude] {
                #expect(try database.value("SELECT ?1", [.real(number)]) == .real(number))
            }
            for blob in [[], [0], [UInt8](0...255)] {
                let read = try database.value("SELECT ?1", [.blob(blob)])
                #expect(read == .blob(blob))
            }
            #expect(try database.value("SELECT ?1", [.null]) == .null)
            #expect(try database.value("SELECT ?1", [.text("")]) == .text(""))
        },
        ConformanceCase("a missing parameter is null, whatever was bound before") { store in
            let database = try Database(store)
            let reader = try database.store.makeReader()
            let statement = Statement("SELECT ?1, ?2")
            #expect(
                try reader.rows(statement, [.integer(1), .text("x")]) == [
                    [.integer(1), .text("x")]
                ]
            )
            #expect(try reader.rows(statement, [.integer(1)]) == [[.integer(1), .null]])
        },
        ConformanceCase("more parameters than the statement has are refused") { store in
            let reader = try Database(store).store.makeReader()
            #expect(throws: StoreError.self) {
                try reader.rows(Statement("SELECT ?1"), [.integer(1), .integer(2)])
            }
            #expect(try reader.rows(Statement("SELECT ?1"), [.integer(7)]) == [[.integer(7)]])
        },
        ConformanceCase("null equals nothing, and sorts before everything") { store in
            let database = try Database(store)
            try await database.addUsers("ann")
            try await database.addPost("a", by: "ann", ["rating": .real(1)])
            try await database.addPost("b", by: "ann")
            #expect(try database.rows(#"SELECT "id" FROM "posts" WHERE "rating" = NULL"#) == [])
            let sorted = try database.rows(#"SELECT "id" FROM "posts" ORDER BY "rating""#)
            #expect(sorted == [[.text("b")], [.text("a")]])
        },
        ConformanceCase("text is ordered by code points") { store in
            let database = try Database(store)
            let names = ["Z", "a", "ä", "ﬀ", "𝄞", "", "aa", "B"]
            for (index, name) in names.enumerated() {
                try await database.insert(
                    "categories",
                    ["id": .text("c\(index)"), "name": .text(name)]
                )
            }
            let sorted = try database.rows(#"SELECT "name" FROM "categories" ORDER BY "name""#)
            #expect(sorted.map { $0[0].text } == ["", "B", "Z", "a", "aa", "ä", "ﬀ", "𝄞"])
        },
    ]
}
