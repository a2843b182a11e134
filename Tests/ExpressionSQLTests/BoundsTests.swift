import ExpressionSQL
import Expressions
import Testing

@Suite struct `What an expression may cost` {
    private struct Shape {
        let name: String
        /// How many levels have to work.
        let atLeast: Int
        let make: (Int) -> String
    }

    private static func nested(_ opening: String, _ core: String, _ closing: String) -> (Int) ->
        String
    {
        { String(repeating: opening, count: $0) + core + String(repeating: closing, count: $0) }
    }

    private let shapes = [
        Shape(name: "and in or", atLeast: 9, make: nested("(flag && (mark || ", "flag", "))")),
        Shape(name: "not equal", atLeast: 10, make: nested("!(flag == ", "flag", ")")),
        Shape(name: "choice", atLeast: 5, make: nested("(n > 1 ? flag : ", "mark", ")")),
        Shape(
            name: "choice of values",
            atLeast: 5,
            make: { nested("(flag ? m : ", "n", ")")($0) + " == 1" }
        ),
        Shape(name: "sum", atLeast: 12, make: { nested("(n + ", "n", ")")($0) + " == 1" }),
        Shape(
            name: "sum to the left",
            atLeast: 12,
            make: { nested("(", "n", " + n)")($0) + " == 1" }
        ),
        Shape(name: "text", atLeast: 20, make: { nested("(text + ", "text", ")")($0) + " == 'a'" }),
        Shape(name: "membership", atLeast: 5, make: nested("true in [", "flag", "]")),
        Shape(
            name: "macro",
            atLeast: 4,
            make: { depth in
                (0..<depth).reduce("flag") { inner, level in
                    "links.exists(v\(level), v\(level).item == id && \(inner))"
                }
            }
        ),
        Shape(
            name: "all over all",
            atLeast: 3,
            make: { depth in
                (0..<depth).reduce("m > 0") { inner, level in "!nums.all(v\(level), \(inner))" }
            }
        ),
        Shape(name: "list", atLeast: 4, make: { nested("nums[", "n", "]")($0) + " == 1" }),
        Shape(name: "null", atLeast: 4, make: { nested("(mark == ", "mark", ")")($0) }),
    ]

    @Test func `whatever is compiled, the database can prepare`() throws {
        let world = try Zoo.world()
        for shape in shapes {
            var reached = 0
            for depth in 1...60 {
                do {
                    let checked = try world.check(shape.make(depth), on: "items")
                    _ = try world.selected(checked, of: "items", for: .account("o1"))
                    reached = depth
                } catch is SQLCompileError {
                    break
                } catch is ExpressionErrors {
                    break
                }
            }
            #expect(reached >= shape.atLeast, "\(shape.name)")
        }
    }

    @Test func `long chains and long lists are no problem`() throws {
        let world = try Zoo.world()
        let chain = (0..<3_000).map { "n == \($0)" }.joined(separator: " || ")
        let both = (0..<3_000).map { "n != \($0 + 10)" }.joined(separator: " && ")
        let list = "n in [\((0..<3_000).map(String.init).joined(separator: ", "))]"
        let nullable = "m in [\((0..<1_500).map(String.init).joined(separator: ", ")), null]"
        for source in [chain, both, list, nullable, "!(\(chain))"] {
            let checked = try world.check(source, on: "items")
            let selected = try world.selected(checked, of: "items", for: .nobody)
            #expect(selected == world.evaluated(checked, of: "items", for: .nobody))
        }
    }

    @Test func `what multiplies itself is refused soon`() throws {
        let world = try Zoo.world()
        let numbers = (0..<100).map(String.init).joined(separator: ", ")
        let sum = Array(repeating: "m", count: 90).joined(separator: " + ")
        let sources = [
            (0..<8).reduce("text") { inner, _ in "cel.bind(k, \(inner), k + k)" } + " == ''",
            (0..<24).reduce("m") { inner, _ in "cel.bind(k, \(inner), k == null ? k : k)" }
                + " == 1",
            "[\(numbers)].all(a, [\(numbers)].all(b, [\(numbers)].all(c, a + b + c != n)))",
            "cel.bind(k, \(sum), \((0..<3_500).map { "k == \($0)" }.joined(separator: " || ")))",
        ]
        for source in sources {
            let checked = try world.check(source, on: "items")
            let parameters = SQLParameters()
            let compiler = SQLCompiler(model: world.model, caller: .anonymous)
            #expect(throws: SQLCompileError.self, "\(source.prefix(60))") {
                try compiler.condition(
                    checked,
                    of: try world.collection("items"),
                    alias: "t",
                    into: parameters
                )
            }
        }
    }
}
