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
    var nodeCount = 0
    var nesting = 0
    var literals: [Int] = []
    /// The place of every node, where this parses what a macro stands for.
    var fixedOffset: Int?
    let macros: [String: Macro]

    init(
        _ source: String,
        limits: ExpressionLimits,
        macros: [String: Macro] = [:]
    ) throws(ExpressionErrors) {
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
        self.macros = macros
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
