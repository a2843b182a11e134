/// What a compiled expression may cost the database to prepare.
enum SQLBounds {
    /// Bytes of one fragment.
    static let length = 100_000
    /// SQLite's parser has a stack of a hundred entries; an opening bracket takes several.
    static let nesting = 30
    static let subqueryDepth = 8
    static let subqueries = 256

    /// Refuses SQL that is too long or nested too deeply.
    static func check(_ sql: String, at offset: Int = 0) throws(SQLCompileError) {
        guard sql.utf8.count <= length else { throw .tooComplex(at: offset) }
        guard nesting(of: sql) <= nesting else {
            throw SQLCompileError(
                "the expression is nested too deeply for the database",
                at: offset,
                hint: "split it up"
            )
        }
    }

    /// How deep brackets and CASE expressions nest.
    static func nesting(of sql: String) -> Int {
        var depth = 0
        var deepest = 0
        var isQuoted = false
        var word: [UInt8] = []
        for byte in sql.utf8 {
            if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
                word.removeAll(keepingCapacity: true)
                continue
            }
            if isQuoted { continue }
            if byte >= UInt8(ascii: "A"), byte <= UInt8(ascii: "Z") {
                word.append(byte)
                continue
            }
            if word.elementsEqual("CASE".utf8) { depth += 1 }
            if word.elementsEqual("END".utf8) { depth -= 1 }
            word.removeAll(keepingCapacity: true)
            if byte == UInt8(ascii: "(") { depth += 1 }
            if byte == UInt8(ascii: ")") { depth -= 1 }
            deepest = max(deepest, depth)
        }
        return deepest
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
