/// What a compiled expression may cost the database to prepare.
enum SQLBounds {
    /// Bytes of one fragment.
    static let length = 100_000
    /// Bytes that are written while a statement is compiled, whether they stay in it or not.
    static let written = 8_000_000
    /// Entries of the parser's stack; the statement around the fragment needs the rest.
    static let parserStack = 80
    /// Concatenations in one fragment: a text that doubles itself would outgrow the memory.
    static let concatenations = 64
    static let subqueryDepth = 8
    static let subqueries = 256

    /// Refuses SQL that is too long or nested too deeply.
    static func check(_ sql: String, at offset: Int = 0) throws(SQLCompileError) {
        guard sql.utf8.count <= length else { throw .tooComplex(at: offset) }
        let stack = ParserStack(sql)
        guard stack.concatenations <= concatenations else { throw .tooComplex(at: offset) }
        guard stack.deepest <= parserStack else {
            throw SQLCompileError(
                "the expression is nested too deeply for the database",
                at: offset,
                hint: "split it up"
            )
        }
    }
}

extension SQLCompileError {
    static func tooComplex(at offset: Int) -> SQLCompileError {
        SQLCompileError(
            "the expression becomes too much SQL",
            at: offset,
            hint: "make it shorter, with fewer comprehensions and relations"
        )
    }

    /// What has a meaning in memory, but none in SQL that is the same.
    static func unsupported(
        _ what: String,
        at offset: Int,
        hint: String? = nil
    ) -> SQLCompileError {
        SQLCompileError("\(what) cannot be computed by the database", at: offset, hint: hint)
    }
}
