import Testing

@testable import Expressions

/// The tree as an S-expression, for comparing shapes.
private func shape(_ expression: Expression) -> String {
    switch expression.kind {
    case .literal(let value): "\(TaggedValue.json(of: value).text)"
    case .identifier(let name): name
    case .select(let operand, let field, let isOptional):
        "(\(isOptional ? ".?" : ".") \(shape(operand)) \(field))"
    case .presence(let operand, let field): "(has \(shape(operand)) \(field))"
    case .call(let function, let target, let arguments):
        "(\(([function] + (target.map { ["@" + shape($0)] } ?? []) + arguments.map(shape)).joined(separator: " ")))"
    case .list(let elements, let optionals):
        "[\(elements.map(shape).joined(separator: " "))\(optionals.isEmpty ? "" : " ?\(optionals)")]"
    case .map(let entries):
        "{\(entries.map { ($0.isOptional ? "?" : "") + shape($0.key) + ":" + shape($0.value) }.joined(separator: " "))}"
    case .comprehension(let comprehension):
        "(\(comprehension.macro) \(shape(comprehension.range)) \(comprehension.variable)"
            + (comprehension.predicate.map { " if " + shape($0) } ?? "")
            + (comprehension.transform.map { " to " + shape($0) } ?? "") + ")"
    case .bind(let variable, let value, let body):
        "(bind \(variable) \(shape(value)) \(shape(body)))"
    }
}

private func shape(of source: String) throws -> String {
    shape(try ParsedExpression(source).root)
}

private func error(of source: String) -> ExpressionError? {
    do throws(ExpressionErrors) {
        _ = try ParsedExpression(source)
        return nil
    } catch {
        return error.errors.first
    }
}

@Suite struct ParserTests {
    @Test(arguments: [
        ("a + b * c", "(_+_ a (_*_ b c))"),
        ("a - b - c", "(_-_ (_-_ a b) c)"),
        ("a || b && !c", "(_||_ a (_&&_ b (!_ c)))"),
        ("a ? b : c ? d : e", "(_?_:_ a b (_?_:_ c d e))"),
        ("a == b in c", "(@in (_==_ a b) c)"),
        ("-a.b[c]", "(-_ (_[_] (. a b) c))"),
        ("--x", "(-_ (-_ x))"),
        ("a.f(b).?c[?d]", "(_[?_] (.? (f @a b) c) d)"),
        ("[a, ?b,]", "[a b ?[1]]"),
        ("{a: b, ?c: d}", "{a:b ?c:d}"),
        (".a.b", "(. .a b)"),
        ("a.`b-c`", "(. a b-c)"),
        ("has(a.b.c)", "(has (. a b) c)"),
        ("a.exists(x, x == b)", "(exists a x if (_==_ x b))"),
        ("a.existsOne(x, x)", "(existsOne a x if x)"),
        ("a.map(x, p, t)", "(map a x if p to t)"),
        ("cel.bind(x, a, x + x)", "(bind x a (_+_ x x))"),
        ("a.map(x)", "(map @a x)"),
        ("x // a comment\n + y", "(_+_ x y)"),
    ])
    func `operators, selections and macros have the grammar's shape`(
        source: String,
        expected: String
    ) throws {
        #expect(try shape(of: source) == expected)
    }

    @Test func `a chain of the same logical operator is a balanced tree`() throws {
        let chain = Array(repeating: "a", count: 1_000).joined(separator: " && ")
        let parsed = try ParsedExpression(chain)
        #expect(parsed.depth <= 12)
        #expect(parsed.nodeCount == 1_999)
        #expect(try shape(of: "a && b && c && d") == "(_&&_ (_&&_ a b) (_&&_ c d))")
        #expect(try shape(of: "a || b || c") == "(_||_ (_||_ a b) c)")
    }

    @Test(arguments: [
        ("(a + b", 6, "expected ')' to close '(' at column 1, found the end"),
        ("f(a, b", 6, "expected ')' to close '(' at column 2, found the end"),
        ("[a\n, (b]", 7, "expected ')' to close '(' at line 2, column 3, found ']'"),
        ("a +", 3, "expected an operand, found the end"),
        ("a b", 2, "expected an operator, found 'b'"),
        ("", 0, "the expression is empty"),
        ("  // nothing", 12, "the expression is empty"),
        ("a = b", 2, "'=' is no operator"),
        ("a & b", 2, "'&' is no operator"),
        ("a ? b", 5, "expected ':' of this '?', found the end"),
        ("{a}", 2, "expected ':' between a key and its value, found '}'"),
        ("'open", 0, "this string is not closed by a quote"),
        ("'a\nb'", 0, "this string is not closed by a quote"),
        ("'\\q'", 1, "unknown escape '\\q'"),
        ("'\\u12'", 1, "this escape needs 4 digits"),
        ("b'\\u0041'", 2, "unknown escape '\\u'"),
        ("'\\ud800'", 1, "this escape is no Unicode character"),
        ("9223372036854775808", 0, "this number does not fit an int"),
        ("18446744073709551616u", 0, "this number does not fit a uint"),
        ("1e999", 0, "this number does not fit a double"),
        ("12ab", 2, "a name cannot follow a number without a space"),
        ("0x", 0, "'0x' needs hexadecimal digits"),
        ("while", 0, "'while' is a reserved word"),
        ("`a`", 0, "a name in backquotes can only stand after a dot, for a field"),
        ("has(a)", 0, "has() needs one field selection"),
        ("a.all(b.c, true)", 8, "the first argument of all() has to be a simple name"),
        ("T{a: 1}", 1, "objects cannot be built in an expression"),
        ("a # b", 2, "unexpected character '#'"),
        ("a.b.", 4, "expected a field or a method after '.', found the end"),
    ])
    func `a mistake is reported where it is`(source: String, offset: Int, message: String) {
        let error = error(of: source)
        #expect(error?.message == message)
        #expect(error?.offset == offset)
    }

    @Test func `a hint says what to write`() {
        #expect(error(of: "a = b")?.hint == "compare with '=='")
        #expect(error(of: "a | b")?.hint == "write '||'")
    }

    @Test func `places count lines and code points from one`() {
        let source = "a\n\u{1F600}b c"
        #expect(SourcePosition(ofOffset: 0, in: source) == SourcePosition(line: 1, column: 1))
        #expect(SourcePosition(ofOffset: 6, in: source) == SourcePosition(line: 2, column: 2))
        #expect(SourcePosition(ofOffset: 999, in: source) == SourcePosition(line: 2, column: 5))
    }

    @Test func `ids are unique and below the count`() throws {
        let parsed = try ParsedExpression("a.optMap(x, x + 1).orValue([1, {2: 'b'}.c(3)][0])")
        var ids: [Int] = []
        func visit(_ expression: Expression) {
            ids.append(expression.id)
            switch expression.kind {
            case .literal, .identifier: break
            case .select(let operand, _, _), .presence(let operand, _): visit(operand)
            case .call(_, let target, let arguments):
                (target.map { [$0] } ?? []).forEach(visit)
                arguments.forEach(visit)
            case .list(let elements, _): elements.forEach(visit)
            case .map(let entries):
                entries.forEach {
                    visit($0.key); visit($0.value)
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
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0 < parsed.nodeCount })
    }
}
