/// A recursive-descent parser of CEL's grammar (cel-spec, doc/langdef.md).
///
/// Its time is linear in the source. What a source can make it recurse is bounded by the depth
/// limit, and so is the tree that it builds; chains of `&&` and of `||` become balanced trees.
struct Parser {
    /// A piece of the tree, with the nodes on its longest way down.
    struct Node {
        let expression: Expression
        let depth: Int
    }

    let source: String
    let limits: ExpressionLimits
    let decoder: LiteralDecoder
    var lexer: Lexer
    var token: Token
    private(set) var nodeCount = 0
    private var nesting = 0
    private var literals: [Int] = []

    init(_ source: String, limits: ExpressionLimits) throws(ExpressionErrors) {
        let bytes = Array(source.utf8)
        guard bytes.count <= limits.sourceLength else {
            throw ExpressionErrors([
                ExpressionError(
                    "the expression has \(bytes.count) bytes, the limit is \(limits.sourceLength)",
                    at: limits.sourceLength
                )
            ])
        }
        self.source = source
        self.limits = limits
        decoder = LiteralDecoder(bytes)
        lexer = Lexer(bytes)
        token = Token(kind: .end, start: 0, end: 0)
    }

    mutating func parse() throws(ExpressionErrors) -> ParsedExpression {
        do throws(ExpressionError) {
            try advance()
            if token.kind == .end {
                throw ExpressionError("the expression is empty", at: token.start)
            }
            let root = try parseExpression()
            guard token.kind == .end else { throw unexpectedToken(expected: "an operator") }
            return ParsedExpression(
                source: source,
                root: root.expression,
                literals: literals,
                nodeCount: nodeCount,
                depth: root.depth
            )
        } catch {
            throw ExpressionErrors([error])
        }
    }
}

// MARK: - Tokens and nodes

extension Parser {
    mutating func advance() throws(ExpressionError) {
        token = try lexer.next()
    }

    mutating func skip(_ kind: Token.Kind) throws(ExpressionError) -> Bool {
        guard token.kind == kind else { return false }
        try advance()
        return true
    }

    /// Takes a bracket's counterpart, or says which bracket it would close.
    mutating func close(_ opening: Token, with kind: Token.Kind) throws(ExpressionError) {
        guard token.kind == kind else {
            let closing: String
            switch kind {
            case .rightParenthesis: closing = ")"
            case .rightBracket: closing = "]"
            default: closing = "}"
            }
            let position = SourcePosition(ofOffset: opening.start, in: source)
            let place = position.line == 1 ? "" : "line \(position.line), "
            throw unexpectedToken(
                expected: "'\(closing)' to close '\(text(of: opening))' at "
                    + "\(place)column \(position.column)"
            )
        }
        try advance()
    }

    func text(of token: Token) -> String {
        String(decoding: lexer.bytes[token.range], as: UTF8.self)
    }

    func unexpectedToken(expected: String) -> ExpressionError {
        let found = token.kind == .end ? "the end" : "'\(text(of: token).prefix(40))'"
        return ExpressionError("expected \(expected), found \(found)", at: token.start)
    }

    mutating func node(
        _ kind: Expression.Kind,
        at offset: Int,
        over children: Int = 0
    ) throws(ExpressionError) -> Node {
        guard nodeCount < limits.nodes else {
            throw ExpressionError(
                "the expression has more than \(limits.nodes) operators and operands",
                at: offset
            )
        }
        guard children < limits.depth else { throw tooDeep(at: offset) }
        defer { nodeCount += 1 }
        let expression = Expression(id: nodeCount, offset: offset, kind: kind)
        return Node(expression: expression, depth: children + 1)
    }

    /// A call of a function or an operator; a method's target is not among the arguments.
    mutating func call(
        _ function: String,
        target: Node? = nil,
        _ arguments: [Node],
        at offset: Int
    ) throws(ExpressionError) -> Node {
        let depth = max(target?.depth ?? 0, arguments.deepest)
        return try node(
            .call(
                function: function,
                target: target?.expression,
                arguments: arguments.map(\.expression)
            ),
            at: offset,
            over: depth
        )
    }

    private func tooDeep(at offset: Int) -> ExpressionError {
        ExpressionError("the expression nests deeper than \(limits.depth) levels", at: offset)
    }

    mutating func nested(
        _ parse: (inout Parser) throws(ExpressionError) -> Node
    ) throws(ExpressionError) -> Node {
        guard nesting < limits.depth else { throw tooDeep(at: token.start) }
        nesting += 1
        defer { nesting -= 1 }
        return try parse(&self)
    }

    /// A string's or a number's node, taken down as one of the source's literals.
    mutating func literal(at start: Int, isNegative: Bool) throws(ExpressionError) -> Node {
        let value = try decoder.value(of: token, isNegative: isNegative)
        let literal = try node(.literal(value), at: start)
        if token.kind != .bytes { literals.append(literal.expression.id) }
        try advance()
        return literal
    }
}

// MARK: - Operators

extension Parser {
    /// `condition ? yes : no`, and all that binds more tightly.
    mutating func parseExpression() throws(ExpressionError) -> Node {
        try nested { (parser) throws(ExpressionError) in
            let condition = try parser.parseBinary(.or)
            let question = parser.token
            guard try parser.skip(.question) else { return condition }
            let yes = try parser.parseBinary(.or)
            guard try parser.skip(.colon) else {
                throw parser.unexpectedToken(expected: "':' of this '?'")
            }
            let no = try parser.parseExpression()
            return try parser.call("_?_:_", [condition, yes, no], at: question.start)
        }
    }

    /// How tightly an infix operator binds, the loosest first.
    enum Precedence: Int {
        case or
        case and
        case relation
        case addition
        case multiplication

        var tighter: Precedence? { Precedence(rawValue: rawValue + 1) }
    }

    private static func infix(_ kind: Token.Kind) -> (function: String, precedence: Precedence)? {
        switch kind {
        case .or: ("_||_", .or)
        case .and: ("_&&_", .and)
        case .equal: ("_==_", .relation)
        case .notEqual: ("_!=_", .relation)
        case .less: ("_<_", .relation)
        case .lessOrEqual: ("_<=_", .relation)
        case .greater: ("_>_", .relation)
        case .greaterOrEqual: ("_>=_", .relation)
        case .membership: ("@in", .relation)
        case .plus: ("_+_", .addition)
        case .minus: ("_-_", .addition)
        case .star: ("_*_", .multiplication)
        case .slash: ("_/_", .multiplication)
        case .percent: ("_%_", .multiplication)
        default: nil
        }
    }

    /// Operands joined by infix operators that bind at least as tightly as `lowest`.
    private mutating func parseBinary(_ lowest: Precedence) throws(ExpressionError) -> Node {
        var left = try parseUnary()
        while let (function, precedence) = Self.infix(token.kind),
            precedence.rawValue >= lowest.rawValue
        {
            let kind = token.kind
            var operators: [Int] = []
            var operands = [left]
            let isLogical = precedence == .and || precedence == .or
            repeat {
                operators.append(token.start)
                try advance()
                operands.append(try parseRightOperand(of: precedence))
            } while isLogical && token.kind == kind
            left = try balanced(function, operands[...], operators[...])
        }
        return left
    }

    private mutating func parseRightOperand(
        of precedence: Precedence
    ) throws(ExpressionError) -> Node {
        try nested { (parser) throws(ExpressionError) in
            guard let tighter = precedence.tighter else { return try parser.parseUnary() }
            return try parser.parseBinary(tighter)
        }
    }

    /// One operator between all operands, of which there is at least one, as a tree whose depth is
    /// the logarithm of their count.
    private mutating func balanced(
        _ function: String,
        _ operands: ArraySlice<Node>,
        _ operators: ArraySlice<Int>
    ) throws(ExpressionError) -> Node {
        guard operands.count > 1 else { return operands[operands.startIndex] }
        let middle = operators.startIndex + operators.count / 2
        let split = operands.startIndex + operators.count / 2 + 1
        let left = try balanced(function, operands[..<split], operators[..<middle])
        let right = try balanced(function, operands[split...], operators[(middle + 1)...])
        return try call(function, [left, right], at: operators[middle])
    }

    private mutating func parseUnary() throws(ExpressionError) -> Node {
        var operators: [Token] = []
        while token.kind == .not || token.kind == .minus {
            let sign = token
            try advance()
            if sign.kind == .minus, token.kind == .int || token.kind == .double {
                let number = try literal(at: sign.start, isNegative: true)
                return try apply(operators, to: parseSelectors(of: number))
            }
            operators.append(sign)
        }
        return try apply(operators, to: parseSelectors(of: parsePrimary()))
    }

    private mutating func apply(
        _ operators: [Token],
        to operand: Node
    ) throws(ExpressionError) -> Node {
        var result = operand
        for sign in operators.reversed() {
            result = try call(sign.kind == .not ? "!_" : "-_", [result], at: sign.start)
        }
        return result
    }
}

extension [Parser.Node] {
    var deepest: Int {
        reduce(0) { Swift.max($0, $1.depth) }
    }
}
