/// Names that have a meaning already.
enum Reserved {
    /// Variables of expressions, or words that CEL keeps for itself.
    private static let expressionWords: Set<String> = [
        "auth", "now", "request", "old",
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for",
        "function", "if", "import", "let", "loop", "package", "namespace", "return", "var",
        "void", "while",
    ]

    /// Parts of paths, and members of lists.
    private static let paths: Set<String> = ["auth", "batch", "openapi", "next", "expand"]

    static let types = [
        "string", "integer", "number", "boolean", "datetime", "date", "uuid", "email", "url",
        "json",
    ]
    static let laterTypes: Set<String> = ["file", "image", "geo", "decimal", "vector", "duration"]

    static func reason(collectionOrView name: String) -> String? {
        if expressionWords.contains(name) { return "expressions have another meaning for it" }
        if paths.contains(name) { return "a path of the API has this name" }
        if types.contains(name) || laterTypes.contains(name) { return "it is the name of a type" }
        return nil
    }

    static func reason(field name: String, isAccount: Bool) -> String? {
        if expressionWords.contains(name) { return "expressions have another meaning for it" }
        switch name {
        case "id", "created", "updated": return "every record has it"
        case "email" where isAccount: return "every account has it"
        case "password": return "passwords are kept apart from records"
        case "expand": return "records have their expanded relations there"
        default: return nil
        }
    }
}
