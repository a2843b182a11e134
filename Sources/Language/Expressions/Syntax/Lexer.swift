/// Splits a source into tokens, in one pass and without allocating.
struct Lexer {
    let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The next token; `end` once the source is used up.
    mutating func next() throws(ExpressionError) -> Token {
        skipSpace()
        let start = position
        guard let byte = peek() else { return Token(kind: .end, start: start, end: start) }
        let kind: Token.Kind
        if byte.startsIdentifier {
            kind = try identifierOrPrefixedString()
        } else if byte.isDigit || (byte == UInt8(ascii: ".") && peek(1)?.isDigit == true) {
            kind = try number()
        } else if byte.isQuote {
            try quoted(isRaw: false)
            kind = .string
        } else if byte == UInt8(ascii: "`") {
            kind = try quotedIdentifier()
        } else {
            kind = try punctuation(byte)
        }
        return Token(kind: kind, start: start, end: position)
    }

    private func peek(_ ahead: Int = 0) -> UInt8? {
        let index = position + ahead
        return index < bytes.count ? bytes[index] : nil
    }

    private mutating func skipSpace() {
        while let byte = peek() {
            if byte.isSpace {
                position += 1
            } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "/") {
                while let byte = peek(), byte != UInt8(ascii: "\n") {
                    position += 1
                }
            } else {
                return
            }
        }
    }
}

// MARK: - Names and strings

extension Lexer {
    private mutating func identifierOrPrefixedString() throws(ExpressionError) -> Token.Kind {
        let start = position
        while peek()?.continuesIdentifier == true {
            position += 1
        }
        guard position - start <= 2 else { return .identifier }
        guard peek()?.isQuote == true else {
            return bytes[start..<position].elementsEqual("in".utf8) ? .membership : .identifier
        }
        var isRaw = false
        var isBytes = false
        for byte in bytes[start..<position] {
            switch byte | 0x20 {
            case UInt8(ascii: "r") where !isRaw: isRaw = true
            case UInt8(ascii: "b") where !isBytes: isBytes = true
            default: return .identifier
            }
        }
        try quoted(isRaw: isRaw)
        return isBytes ? .bytes : .string
    }

    /// Skips a quoted text; its escapes are decoded when its value is asked for.
    private mutating func quoted(isRaw: Bool) throws(ExpressionError) {
        let start = position
        let quote = bytes[start]
        let isTriple = peek(1) == quote && peek(2) == quote
        position += isTriple ? 3 : 1
        while let byte = peek() {
            if byte == quote {
                if !isTriple {
                    position += 1
                    return
                }
                if peek(1) == quote, peek(2) == quote {
                    position += 3
                    return
                }
            } else if !isTriple, byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                break
            } else if byte == UInt8(ascii: "\\"), !isRaw {
                position += 1
            }
            position += 1
        }
        position = min(position, bytes.count)
        let mark = isTriple ? "three quotes" : "a quote"
        throw ExpressionError("this string is not closed by \(mark)", at: start)
    }

    private mutating func quotedIdentifier() throws(ExpressionError) -> Token.Kind {
        let start = position
        position += 1
        while let byte = peek(), byte.continuesQuotedIdentifier {
            position += 1
        }
        guard peek() == UInt8(ascii: "`"), position > start + 1 else {
            throw ExpressionError(
                "this name in backquotes is empty, not closed, or has a character other than "
                    + "letters, digits, '_', '.', '-', '/' and spaces",
                at: start
            )
        }
        position += 1
        return .quotedIdentifier
    }
}

// MARK: - Numbers

extension Lexer {
    private mutating func number() throws(ExpressionError) -> Token.Kind {
        let start = position
        var kind = Token.Kind.int
        if bytes[position] == UInt8(ascii: "0"), peek(1).map({ $0 | 0x20 }) == UInt8(ascii: "x") {
            position += 2
            guard skipDigits(where: { $0.hexadecimalValue != nil }) else {
                throw ExpressionError("'0x' needs hexadecimal digits", at: start)
            }
        } else {
            skipDigits(where: \.isDigit)
            if peek() == UInt8(ascii: "."), peek(1)?.isDigit == true {
                kind = .double
                position += 1
                skipDigits(where: \.isDigit)
            }
            if let byte = peek(), byte | 0x20 == UInt8(ascii: "e") {
                kind = .double
                position += 1
                if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                    position += 1
                }
                guard skipDigits(where: \.isDigit) else {
                    throw ExpressionError("the exponent of this number has no digits", at: start)
                }
            }
        }
        if kind == .int, let byte = peek(), byte | 0x20 == UInt8(ascii: "u") {
            kind = .uint
            position += 1
        }
        if let byte = peek(), byte.startsIdentifier {
            throw ExpressionError("a name cannot follow a number without a space", at: position)
        }
        return kind
    }

    @discardableResult
    private mutating func skipDigits(where isDigit: (UInt8) -> Bool) -> Bool {
        let start = position
        while let byte = peek(), isDigit(byte) {
            position += 1
        }
        return position > start
    }
}

// MARK: - Punctuation

extension Lexer {
    private mutating func punctuation(_ byte: UInt8) throws(ExpressionError) -> Token.Kind {
        let start = position
        position += 1
        switch byte {
        case UInt8(ascii: "("): return .leftParenthesis
        case UInt8(ascii: ")"): return .rightParenthesis
        case UInt8(ascii: "["): return .leftBracket
        case UInt8(ascii: "]"): return .rightBracket
        case UInt8(ascii: "{"): return .leftBrace
        case UInt8(ascii: "}"): return .rightBrace
        case UInt8(ascii: "."): return .dot
        case UInt8(ascii: ","): return .comma
        case UInt8(ascii: ":"): return .colon
        case UInt8(ascii: "?"): return .question
        case UInt8(ascii: "+"): return .plus
        case UInt8(ascii: "-"): return .minus
        case UInt8(ascii: "*"): return .star
        case UInt8(ascii: "/"): return .slash
        case UInt8(ascii: "%"): return .percent
        case UInt8(ascii: "!"): return skip("=") ? .notEqual : .not
        case UInt8(ascii: "<"): return skip("=") ? .lessOrEqual : .less
        case UInt8(ascii: ">"): return skip("=") ? .greaterOrEqual : .greater
        case UInt8(ascii: "=") where skip("="): return .equal
        case UInt8(ascii: "&") where skip("&"): return .and
        case UInt8(ascii: "|") where skip("|"): return .or
        default: throw unexpected(byte, at: start)
        }
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private func unexpected(_ byte: UInt8, at start: Int) -> ExpressionError {
        switch byte {
        case UInt8(ascii: "="):
            return ExpressionError(
                "'=' is no operator",
                at: start,
                hint: "compare with '=='"
            )
        case UInt8(ascii: "&"), UInt8(ascii: "|"):
            let sign = Character(Unicode.Scalar(byte))
            return ExpressionError(
                "'\(sign)' is no operator",
                at: start,
                hint: "write '\(sign)\(sign)'"
            )
        default:
            let text = String(decoding: bytes[start...].prefix(4), as: UTF8.self)
            let character = text.first.map(String.init) ?? ""
            return ExpressionError("unexpected character '\(character)'", at: start)
        }
    }
}
