import JSON
import Storage
import Testing

extension ConformanceCase {
    static let shapes: [ConformanceCase] = [
        ConformanceCase("each format is written as JSON") { store in
            let reader = try Database(store).store.makeReader()
            let formats: [(String, ColumnFormat, SQLValue, String)] = [
                ("s", .string, .text("a\"\\\n\u{1}é"), #""a\"\\\n\u0001é""#),
                ("p", .plainString, .text("0192-ab"), #""0192-ab""#),
                ("i", .integer, .integer(.min), "-9223372036854775808"),
                ("n", .number, .real(0.1), "0.1"),
                ("t", .boolean, .integer(1), "true"),
                ("f", .boolean, .integer(0), "false"),
                ("d", .datetime, .integer(Database.now), #""2026-11-21T08:23:26.123456Z""#),
                ("e", .datetime, .integer(-1), #""1969-12-31T23:59:59.999999Z""#),
                ("l", .datetime, .integer(951_782_400_000_000), #""2000-02-29T00:00:00.000000Z""#),
                ("j", .json, .text(#"{"a":[1]}"#), #"{"a":[1]}"#),
                ("z", .string, .null, "null"), ("y", .integer, .null, "null"),
                ("x", .datetime, .null, "null"), ("w", .json, .null, "null"),
            ]
            let places = (1...formats.count).map { "?\($0)" }.joined(separator: ", ")
            let shape = RowShape(
                members: formats.enumerated().map { index, format in
                    MemberColumn(name: format.0, column: Int32(index), format: format.1)
                }
            )
            let output = RowOutput()
            try reader.write(
                Statement("SELECT \(places)", shape: shape),
                formats.map(\.2),
                limit: 1,
                budget: .short,
                into: output
            )
            let expected = formats.map { "\"\($0.0)\":\($0.3)" }.joined(separator: ",")
            #expect(output.json.text == "{\(expected)}")
            #expect(output.rows == [0..<output.json.count])
        },
        ConformanceCase("a member without its condition is left out") { store in
            let reader = try Database(store).store.makeReader()
            let shape = RowShape(members: [
                MemberColumn(name: "a", column: 0, format: .integer, condition: 2),
                MemberColumn(name: "b", column: 1, format: .integer, condition: 3),
            ])
            let statement = Statement("SELECT 1, 2, ?1, ?2", shape: shape)
            func text(_ first: SQLValue, _ second: SQLValue) throws -> String {
                let output = RowOutput()
                try reader.write(
                    statement,
                    [first, second],
                    limit: 1,
                    budget: .short,
                    into: output
                )
                return output.json.text
            }
            #expect(try text(.integer(1), .integer(1)) == #"{"a":1,"b":2}"#)
            #expect(try text(.integer(0), .integer(1)) == #"{"b":2}"#)
            #expect(try text(.integer(1), .null) == #"{"a":1}"#)
            #expect(try text(.null, .integer(0)) == "{}")
        },
        ConformanceCase("rows end at the limit, and what the shape asks for is kept") { store in
            let reader = try Database(store).store.makeReader()
            let shape = RowShape(
                members: [MemberColumn(name: "n", column: 0, format: .integer)],
                captured: [1],
                cursor: [0, 1],
                version: 2
            )
            let numbers = "WITH \"t\" (\"n\") AS (VALUES (1), (2), (3)) "
            let sql = numbers + #"SELECT "n", 'r' || "n", "n" * 10 FROM "t" ORDER BY "n""#
            let statement = Statement(sql, shape: shape)
            let output = RowOutput()
            try reader.write(statement, [], limit: 2, budget: .short, into: output)
            #expect(output.json.text == #"{"n":1},{"n":2}"#)
            #expect(output.rows == [0..<7, 8..<15])
            #expect(output.captured == [.text("r1"), .text("r2")])
            #expect(output.cursor == [.integer(2), .text("r2")])
            #expect(output.version == 20)
            #expect(output.hasMore)
            output.removeAll()
            try reader.write(statement, [], limit: 3, budget: .short, into: output)
            #expect(output.rows.count == 3)
            #expect(!output.hasMore)
        },
        ConformanceCase("rows may be left open for members that come later") { store in
            let reader = try Database(store).store.makeReader()
            let shape = RowShape(
                members: [MemberColumn(name: "n", column: 0, format: .integer)],
                isLeftOpen: true
            )
            let output = RowOutput()
            let statement = Statement("SELECT 1 UNION ALL SELECT 2", shape: shape)
            try reader.write(statement, [], limit: 9, budget: .short, into: output)
            #expect(output.json.text == #"{"n":1,{"n":2"#)
            #expect(output.rows == [0..<6, 7..<13])
        },
    ]
}
