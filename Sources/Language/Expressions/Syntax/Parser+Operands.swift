extension Parser {
    /// A literal, a name, a call, or something in brackets.
    mutating func parsePrimary() throws(ExpressionError) -> Node {
        let start = token
        switch token.kind {
        case .int, .uint, .double, .string, .bytes:
            return try literal(at: start.start, isNegative: false)
        case .identifier, .dot:
            return try parseName()
        case .leftParenthesis:
            try advance()
            let inner = try parseExpression()
            try close(start, with: .rightParenthesis)
            return inner
        case .leftBracket:
            return try parseList()
        case .leftBrace:
            return try parseMap()
        case .quotedIdentifier:
            throw ExpressionError(
                "a name in backquotes can only stand after a dot, for a field",
                at: start.start
            )
        default:
            throw unexpectedToken(expected: "an operand")
        }
    }

    /// `name`, `.name` or `name(arguments)`.
    private mutating func parseName() throws(ExpressionError) -> Node {
        let start = token
        let isAbsolute = try skip(.dot)
        guard token.kind == .identifier else { throw unexpectedToken(expected: "a name") }
        let name = text(of: token)
        if !isAbsolute, let constant = Self.constants[name] {
            try advance()
            return try node(.literal(constant), at: start.start)
        }
        if Self.reservedWords.contains(name) {
            throw ExpressionError(
                "'\(name)' is a reserved word",
                at: token.start,
                hint: "it can be a field's name after a dot, but not a variable's"
            )
        }
        try advance()
        let qualified = isAbsolute ? "." + name : name
        guard token.kind == .leftParenthesis else {
            return try node(.identifier(qualified), at: start.start)
        }
        let arguments = try parseArguments()
        if name == "has", !isAbsolute {
            return try expandPresence(arguments, at: start.start)
        }
        if !isAbsolute, let macro = macros[name] {
            return try expand(macro, arguments, at: start.start)
        }
        return try call(qualified, arguments, at: start.start)
    }

    /// `.field`, `.?field`, `.method(…)`, `[index]` and `[?index]`, as many as follow.
    mutating func parseSelectors(of operand: Node) throws(ExpressionError) -> Node {
        var result = operand
        while true {
            switch token.kind {
            case .dot:
                try advance()
                result = try parseMember(of: result)
            case .leftBracket:
                let bracket = token
                try advance()
                let isOptional = try skip(.question)
                let index = try parseExpression()
                try close(bracket, with: .rightBracket)
                result = try call(
                    isOptional ? "_[?_]" : "_[_]",
                    [result, index],
                    at: bracket.start
                )
            case .leftBrace:
                throw ExpressionError(
                    "objects cannot be built in an expression",
                    at: token.start,
                    hint: #"write a map, {"field": value}"#
                )
            default:
                return result
            }
        }
    }

    private mutating func parseMember(of operand: Node) throws(ExpressionError) -> Node {
        let isOptional = try skip(.question)
        let start = token.start
        let isQuoted = token.kind == .quotedIdentifier
        guard token.kind == .identifier || isQuoted else {
            throw unexpectedToken(expected: "a field or a method after '.'")
        }
        let name = isQuoted ? String(text(of: token).dropFirst().dropLast()) : text(of: token)
        try advance()
        guard token.kind == .leftParenthesis, !isOptional, !isQuoted else {
            return try node(
                .select(operand: operand.expression, field: name, isOptional: isOptional),
                at: start,
                over: operand.depth
            )
        }
        let arguments = try parseArguments()
        if let expansion = try expandMacro(name, on: operand, arguments, at: start) {
            return expansion
        }
        return try call(name, target: operand, arguments, at: start)
    }

    private mutating func parseArguments() throws(ExpressionError) -> [Node] {
        let opening = token
        try advance()
        var arguments: [Node] = []
        if token.kind != .rightParenthesis {
            repeat {
                arguments.append(try parseExpression())
            } while try skip(.comma)
        }
        try close(opening, with: .rightParenthesis)
        return arguments
    }

    /// `[a, ?b]`, with or without a comma at its end.
    private mutating func parseList() throws(ExpressionError) -> Node {
        let opening = token
        try advance()
        var elements: [Node] = []
        var optionals: [Int] = []
        while token.kind != .rightBracket {
            if try skip(.question) { optionals.append(elements.count) }
            elements.append(try parseExpression())
            guard try skip(.comma) else { break }
        }
        try close(opening, with: .rightBracket)
        return try node(
            .list(elements.map(\.expression), optionals: optionals),
            at: opening.start,
            over: elements.deepest
        )
    }

    /// `{key: value, ?key: value}`, with or without a comma at its end.
    private mutating func parseMap() throws(ExpressionError) -> Node {
        let opening = token
        try advance()
        var entries: [Expression.Entry] = []
        var depth = 0
        while token.kind != .rightBrace {
            let isOptional = try skip(.question)
            let key = try parseExpression()
            guard try skip(.colon) else {
                throw unexpectedToken(expected: "':' between a key and its value")
            }
            let value = try parseExpression()
            depth = max(depth, key.depth, value.depth)
            entries.append(
                Expression.Entry(
                    key: key.expression,
                    value: value.expression,
                    isOptional: isOptional
                )
            )
            guard try skip(.comma) else { break }
        }
        try close(opening, with: .rightBrace)
        return try node(.map(entries), at: opening.start, over: depth)
    }

    private static let constants: [String: Value] = [
        "true": .bool(true), "false": .bool(false), "null": .null,
    ]

    private static let reservedWords: Set<String> = [
        "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import",
        "in", "let", "loop", "namespace", "null", "package", "return", "true", "var", "void",
        "while",
    ]
}
