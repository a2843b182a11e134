import Testing

@testable import Expressions

@Suite struct FilterTemplateTests {
    private func lift(_ source: String) throws -> FilterTemplate {
        try #require(FilterTemplate.lift(Array(source.utf8)))
    }

    @Test(arguments: [
        (#"author == "u1""#, #"author=='u2' // who"#),
        ("likes > 5 && score < 1.5", "likes>-7&&score  <  -2.5e3"),
        ("a in [1, 2]", "a in [3 , 4]"),
        ("x == 1u", "x == 0xFFu"),
        ("a - 5", "a - -5"),
    ])
    func `sources that differ in literals and space share a key`(left: String, right: String) throws
    {
        #expect(try lift(left).key == lift(right).key)
    }

    @Test(arguments: [
        ("a == 1", "a == 1u"), ("a == 1", "a == 1.0"), ("a == 1", "a == '1'"),
        ("a == true", "a == false"), ("a == null", "a == 1"), ("a in b", "ain == b"),
        ("-a", "a"), ("a == b'x'", "a == b'y'"), ("a == -5", "a == -(5)"), ("a.b", "ab"),
        ("a in b'x'", "a == b'x'"),
    ])
    func `sources that mean something else have another key`(left: String, right: String) throws {
        #expect(try lift(left).key != lift(right).key)
    }

    @Test func `literals come in the order of the source, with their signs`() throws {
        let template = try lift(#"a == "x" && b > -5 && c - 3 < 2u || d == -1.5 || e in ['y']"#)
        let values = template.literals.map { TaggedValue.json(of: $0).text }
        #expect(
            values == [
                #"["string", "x"]"#, #"["int", "-5"]"#, #"["int", "3"]"#, #"["uint", "2"]"#,
                #"["double", "-1.5"]"#, #"["string", "y"]"#,
            ]
        )
    }

    @Test(arguments: [
        "a == 1 && -2 < b - -3 ? [4u, {5: 'six'}] : --7.5", "9223372036854775807",
        "-9223372036854775808 + x", "x.exists(y, y == 1 && z in [-2])", "x in -5",
        "a.optMap(v, v + 1).orValue(-2)", "cel.bind(q, 1, q - 1)", "a[-1][?2].b",
        "true ? -1 : -2", "-5u", "!-1", "(1)-2", "[1]-2", "{1:2}-3", "a. b - 1", "'a'-1",
        #"r"\d" + '''x''' + b'y' + "z""#,
    ])
    func `the parser finds the same literals in the same order`(source: String) throws {
        let parsed = try ParsedExpression(source)
        var byID: [Int: Value] = [:]
        func visit(_ expression: Expression) {
            switch expression.kind {
            case .literal(let value): byID[expression.id] = value
            case .identifier: break
            case .select(let operand, _, _), .presence(let operand, _): visit(operand)
            case .call(_, let target, let arguments):
                target.map(visit)
                arguments.forEach(visit)
            case .list(let elements, _): elements.forEach(visit)
            case .map(let entries):
                entries.forEach { entry in
                    visit(entry.key)
                    visit(entry.value)
                }
            case .comprehension(let comprehension):
                visit(comprehension.range)
                comprehension.predicate.map(visit)
                comprehension.transform.map(visit)
            case .bind(_, let value, let body):
                visit(value)
                visit(body)
            }
        }
        visit(parsed.root)
        let fromTree = try parsed.literals.map { try #require(byID[$0]) }
        let lifted = try lift(source).literals
        #expect(
            fromTree.map { TaggedValue.json(of: $0).text }
                == lifted.map { TaggedValue.json(of: $0).text }
        )
    }

    @Test(arguments: ["'open", "a == #", "9223372036854775808", "'\\q'", "a == 1e999"])
    func `a malformed token lifts to nothing`(source: String) {
        #expect(FilterTemplate.lift(Array(source.utf8)) == nil)
    }

    @Test func `bytes that are no UTF-8 lift to nothing`() {
        #expect(FilterTemplate.lift([0x22, 0xFF, 0x22]) == nil)
        #expect(FilterTemplate.lift([0x61, 0xC3]) == nil)
    }

    @Test func `a long source lifts to nothing`() {
        #expect(FilterTemplate.lift(Array(repeating: 0x20, count: 100_001)) == nil)
    }
}
