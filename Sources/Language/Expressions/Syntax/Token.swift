/// A lexical element of a source.
struct Token {
    enum Kind {
        case end
        case identifier
        /// A field's name in backquotes.
        case quotedIdentifier
        /// The operator `in`.
        case membership
        case int
        case uint
        case double
        case string
        case bytes
        case leftParenthesis
        case rightParenthesis
        case leftBracket
        case rightBracket
        case leftBrace
        case rightBrace
        case dot
        case comma
        case colon
        case question
        case plus
        case minus
        case star
        case slash
        case percent
        case not
        case and
        case or
        case equal
        case notEqual
        case less
        case lessOrEqual
        case greater
        case greaterOrEqual

        /// Whether an operand can end with it, so that a minus after it subtracts.
        var endsOperand: Bool {
            switch self {
            case .identifier, .quotedIdentifier, .int, .uint, .double, .string, .bytes,
                .rightParenthesis, .rightBracket, .rightBrace:
                true
            default:
                false
            }
        }

        /// Whether it is written in letters, so that space has to keep it from another such.
        var isWord: Bool {
            self == .identifier || self == .membership || self == .bytes
        }

        var isNumber: Bool {
            self == .int || self == .uint || self == .double
        }
    }

    let kind: Kind
    /// UTF-8 offsets, the end past the last byte.
    let start: Int
    let end: Int

    var range: Range<Int> { start..<end }
}
