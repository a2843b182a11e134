import Engine
import ModelLanguage

/// What a key is limited to: `posts.read`, `posts.*`, `*`.
enum KeyScopes {
    static let maximumCount = 64
    private static let verbs = ["read", "create", "update", "delete", "*"]

    /// What is wrong with scopes, against the collections and views of a model.
    static func errors(in scopes: [String], of model: Model) -> [ValueError] {
        guard !scopes.isEmpty else {
            return [
                ValueError(
                    "field.too-few-items",
                    field: "scopes",
                    "\"scopes\" has to name something, such as \"posts.read\", or \"*\" for all"
                )
            ]
        }
        let names = model.collections.map(\.name) + model.views.map(\.name)
        return scopes.enumerated().compactMap { index, scope in
            guard let hint = fault(of: scope, names: names) else { return nil }
            return ValueError(
                "field.enum",
                at: "/scopes/\(index)",
                "\"\(scope)\" is no scope of this app",
                hint: hint
            )
        }
    }

    private static func fault(of scope: String, names: [String]) -> String? {
        if scope == "*" { return nil }
        let parts = scope.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return "write <collection>.<verb>" }
        guard names.contains(parts[0]) else {
            let nearest = Spelling.nearest(to: parts[0], in: names)
            return nearest.map { "did you mean \"\($0).\(parts[1])\"?" }
                ?? "write the name of a collection or view, a dot, and a verb"
        }
        return verbs.contains(parts[1]) ? nil : "verbs are: \(verbs.joined(separator: ", "))"
    }

    /// Whether scopes that were granted hold one that is asked for.
    static func covers(_ granted: [String], _ asked: String) -> Bool {
        if granted.contains("*") || granted.contains(asked) { return true }
        let collection = asked.prefix { $0 != "." }
        return asked.contains(".") && granted.contains(collection + ".*")
    }
}
