/// An expression cut at its logical operators, each part in its own words: what tells people which
/// part of a rule is true.
///
/// `a || (b && !(c))` is a disjunction of `a` and a conjunction. What stands in a macro or a
/// function stays whole, and so does a choice (`a ? b : c`).
package indirect enum ExpressionParts: Sendable, Hashable {
    case test(String)
    case negation(ExpressionParts)
    case conjunction([ExpressionParts])
    case disjunction([ExpressionParts])

    /// Cuts the source of an expression; one that cannot be read stays whole.
    package init(_ source: String) {
        guard let cutter = PartCutter(source) else {
            self = .test(source)
            return
        }
        self = cutter.parts(of: cutter.tokens[...])
    }
}

/// Cuts a source between its tokens, so that texts with `||` in them stay whole.
private struct PartCutter {
    let tokens: [Token]
    private let bytes: [UInt8]

    init?(_ source: String) {
        bytes = Array(source.utf8)
        var lexer = Lexer(bytes)
        var tokens: [Token] = []
        while let token = try? lexer.next() {
            if token.kind == .end {
                self.tokens = tokens
                return
            }
            tokens.append(token)
        }
        return nil
    }

    func parts(of tokens: ArraySlice<Token>) -> ExpressionParts {
        let tokens = withoutParentheses(tokens)
        guard !outer(tokens).contains(where: { tokens[$0].kind == .question }) else {
            return .test(text(of: tokens))
        }
        let choices = split(tokens, at: .or)
        if choices.count > 1 { return .disjunction(choices.map(parts)) }
        let terms = split(tokens, at: .and)
        if terms.count > 1 { return .conjunction(terms.map(parts)) }
        if tokens.first?.kind == .not {
            let rest = tokens.dropFirst()
            if withoutParentheses(rest).count < rest.count { return .negation(parts(of: rest)) }
        }
        return .test(text(of: tokens))
    }

    /// The positions of the tokens that stand in no bracket.
    private func outer(_ tokens: ArraySlice<Token>) -> [Int] {
        var depth = 0
        return tokens.indices.filter { index in
            switch tokens[index].kind {
            case .leftParenthesis, .leftBracket, .leftBrace:
                depth += 1
                return false
            case .rightParenthesis, .rightBracket, .rightBrace:
                depth -= 1
                return false
            default:
                return depth == 0
            }
        }
    }

    private func split(
        _ tokens: ArraySlice<Token>,
        at kind: Token.Kind
    ) -> [ArraySlice<Token>] {
        var pieces: [ArraySlice<Token>] = []
        var start = tokens.startIndex
        for index in outer(tokens) where tokens[index].kind == kind {
            pieces.append(tokens[start..<index])
            start = index + 1
        }
        return pieces + [tokens[start...]]
    }

    /// Without the parentheses around all of it.
    private func withoutParentheses(_ tokens: ArraySlice<Token>) -> ArraySlice<Token> {
        var tokens = tokens
        while tokens.first?.kind == .leftParenthesis, tokens.last?.kind == .rightParenthesis {
            var depth = 0
            let end = tokens.firstIndex { token in
                if token.kind == .leftParenthesis { depth += 1 }
                if token.kind == .rightParenthesis { depth -= 1 }
                return depth == 0
            }
            guard end == tokens.indices.last else { break }
            tokens = tokens.dropFirst().dropLast()
        }
        return tokens
    }

    /// The source's own words, on one line.
    private func text(of tokens: ArraySlice<Token>) -> String {
        var text = ""
        var end: Int?
        for token in tokens {
            if let end, token.start > end { text += " " }
            text += String(decoding: bytes[token.range], as: UTF8.self)
            end = token.end
        }
        return text
    }
}
