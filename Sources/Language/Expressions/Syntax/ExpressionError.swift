/// One mistake in an expression's source.
package struct ExpressionError: Error, Equatable {
    /// What is wrong, with the name in quotes.
    package let message: String
    /// Where, as a UTF-8 offset into the source.
    package let offset: Int
    /// What to do about it.
    package let hint: String?

    package init(_ message: String, at offset: Int, hint: String? = nil) {
        self.message = message
        self.offset = offset
        self.hint = hint
    }
}

/// All mistakes that were found in an expression, in the order of the source; never empty.
package struct ExpressionErrors: Error, Equatable {
    package let errors: [ExpressionError]

    package init(_ errors: [ExpressionError]) {
        self.errors = errors
    }
}

/// A place in a text as people count it, from one; columns are Unicode code points.
package struct SourcePosition: Equatable, Sendable {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The place of a UTF-8 offset in a source; an offset beyond its end is its end.
    package init(ofOffset offset: Int, in source: String) {
        var line = 1
        var column = 1
        for byte in source.utf8.prefix(max(0, offset)) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        self.init(line: line, column: column)
    }
}
