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
        let expression = Expression(
            id: nodeCount,
            offset: fixedOffset ?? offset,
            kind: kind
        )
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
