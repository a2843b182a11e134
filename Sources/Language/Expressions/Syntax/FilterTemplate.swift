/// An expression's source with its literals taken out, so that requests which differ only in their
/// literals share one compiled plan: `author == "u1"` and `author == "u2"` have the same key.
///
/// A plan that is shared must not depend on a literal's value but through a parameter. Where it
/// does (a pattern that was checked, `duration("24h")` computed while compiling), the compiler has
/// to keep the value beside the key.
///
/// The literals are those of `ParsedExpression.literals` of the same source, in the same order: a
/// minus that belongs to a number is part of the literal in both.
package struct FilterTemplate: Sendable {
    /// The source without insignificant space, each literal replaced by a marker of its type.
    package let key: [UInt8]
    package let literals: [Value]

    /// Lifts the literals in one pass; nil if a token is malformed or the source is too long: the
    /// parser says why.
    package static func lift(
        _ source: [UInt8],
        limits: ExpressionLimits = ExpressionLimits()
    ) -> FilterTemplate? {
        guard source.count <= limits.sourceLength else { return nil }
        var lexer = Lexer(source)
        let decoder = LiteralDecoder(source)
        var key: [UInt8] = []
        key.reserveCapacity(source.count)
        var literals: [Value] = []
        var previous = Token.Kind.end
        /// Whether the last token was a minus with no operand before it.
        var hasSign = false
        while true {
            guard let token = try? lexer.next() else { return nil }
            if token.kind == .end { break }
            if let marker = marker(of: token.kind) {
                let isNegative = hasSign && token.kind.isNumber && token.kind != .uint
                if isNegative { key.removeLast() }
                guard let value = try? decoder.value(of: token, isNegative: isNegative) else {
                    return nil
                }
                literals.append(value)
                key.append(marker)
            } else {
                // Names that only space keeps apart must not become one.
                if token.kind.isWord, previous.isWord {
                    key.append(UInt8(ascii: " "))
                }
                key.append(contentsOf: source[token.range])
            }
            hasSign = token.kind == .minus && !previous.endsOperand
            previous = token.kind
        }
        return FilterTemplate(key: key, literals: literals)
    }

    /// Bytes that no source has outside of its literals.
    private static func marker(of kind: Token.Kind) -> UInt8? {
        switch kind {
        case .int: 0x01
        case .uint: 0x02
        case .double: 0x03
        case .string: 0x04
        default: nil
        }
    }
}
