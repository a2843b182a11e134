import Expressions
import Testing

/// Rules cut at their logical operators.
@Suite struct ExpressionPartsTests {
    @Test(arguments: [
        ("a", ExpressionParts.test("a")),
        ("a == b", .test("a == b")),
        ("a || b", .disjunction([.test("a"), .test("b")])),
        ("a && b || c", .disjunction([.conjunction([.test("a"), .test("b")]), .test("c")])),
        ("a && (b || c)", .conjunction([.test("a"), .disjunction([.test("b"), .test("c")])])),
        ("((a))", .test("a")),
        ("(a) || (b)", .disjunction([.test("a"), .test("b")])),
        ("!(a && b)", .negation(.conjunction([.test("a"), .test("b")]))),
        ("!a", .test("!a")),
        ("!(a).b", .test("!(a).b")),
        ("a ? b || c : d", .test("a ? b || c : d")),
        (#"a == "x || y" || b"#, .disjunction([.test(#"a == "x || y""#), .test("b")])),
        ("l.exists(x, x || y) && z", .conjunction([.test("l.exists(x, x || y)"), .test("z")])),
        ("a ||\n    b  ==  c", .disjunction([.test("a"), .test("b == c")])),
        ("\"unclosed || a", .test("\"unclosed || a")),
    ])
    func `logical operators cut, and nothing else`(source: String, parts: ExpressionParts) {
        #expect(ExpressionParts(source) == parts)
    }
}
