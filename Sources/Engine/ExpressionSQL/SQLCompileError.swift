/// Why an expression cannot become SQL that means the same.
package struct SQLCompileError: Error, Equatable {
    /// What cannot be done, with the name in quotes.
    package let message: String
    /// Where, as a UTF-8 offset into the expression's source.
    package let offset: Int
    /// What to do about it.
    package let hint: String?

    package init(_ message: String, at offset: Int, hint: String? = nil) {
        self.message = message
        self.offset = offset
        self.hint = hint
    }
}
