import ExpressionSQL
import Expressions
import ModelLanguage
import Storage
import Testing

@Suite struct `Aggregates` {
    private static func world(_ numbers: [Int64?]) throws -> World {
        try World(
            """
            app: Sums
            api: v1
            modules:
              main:
                collections:
                  rows:
                    fields:
                      n: { type: integer, optional: true }
                      x: { type: number, optional: true }
                views:
                  sums:
                    of: rows
                    group: { one: created.date() }
                    select:
                      all: count()
                      total: sum(n)
                      mean: avg(n)
                      low: min(n)
                      high: max(n)
                      kinds: countDistinct(n)
                      reals: sum(x)
                    rules: { read: "true" }
            """,
            records: [
                (
                    "rows",
                    numbers.map { number in
                        [
                            "n": number.map { .int($0) } ?? .null,
                            "x": number.map { .double(Double($0)) } ?? .null,
                            "created": Value(microseconds: World.now),
                        ]
                    }
                )
            ]
        )
    }

    private func results(_ numbers: [Int64?]) throws -> [String: SQLValue] {
        let world = try Self.world(numbers)
        let view = try #require(world.model.view("sums"))
        let columns = try #require(view.aggregate).select
        let parameters = SQLParameters()
        let compiler = SQLCompiler(model: world.model, caller: .anonymous)
        let list = try columns.map {
            try compiler.value(
                $0.expression,
                of: try world.collection("rows"),
                alias: "t",
                into: parameters
            ).sql
        }
        let rows = try world.rows(
            "SELECT \(list.joined(separator: ", ")) FROM \"rows\" AS t",
            try world.values(of: parameters, for: .nobody)
        )
        return Dictionary(uniqueKeysWithValues: zip(columns.map(\.name), rows[0]))
    }

    @Test(
        arguments: [
            [1, 2, 3], [-1, 1], [.max, .min], [.max, -1, 1], [.min, .max, 1], [.max - 5, 2, 3],
            [1 << 40, 1 << 41, -(1 << 42)], [-1, -2, -3],
            [4_294_967_295, 4_294_967_296, -4_294_967_297],
        ] as [[Int64]]
    )
    func `a sum of integers is exact`(numbers: [Int64]) throws {
        #expect(try results(numbers)["total"] == .integer(numbers.sorted().reduce(0) { $0 &+ $1 }))
    }

    @Test(arguments: [[.max, 1], [.min, -1], [.max, .max], [.min, .min]] as [[Int64]])
    func `a sum that leaves 64 bits is null and fails no query`(numbers: [Int64]) throws {
        #expect(try results(numbers)["total"] == .null)
    }

    @Test func `nulls are passed over`() throws {
        let results = try results([5, nil, 7, 5])
        #expect(results["all"] == .integer(4))
        #expect(results["total"] == .integer(17))
        #expect(results["low"] == .integer(5))
        #expect(results["high"] == .integer(7))
        #expect(results["kinds"] == .integer(2))
        #expect(results["reals"] == .real(17))
    }

    @Test func `of nothing`() throws {
        let results = try results([])
        #expect(results["all"] == .integer(0))
        #expect(results["total"] == .integer(0))
        #expect(results["low"] == .null)
        #expect(results["mean"] == .null)
        #expect(results["reals"] == .real(0))
    }
}
