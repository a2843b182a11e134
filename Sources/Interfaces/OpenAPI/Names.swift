import ModelLanguage

/// The names that the document gives to collections and views: `posts` is `Post` and `Posts`.
///
/// They are unique in the document and depend on the model alone, so that generated clients
/// keep their names from one version to the next.
struct Names: Sendable {
    struct Entry: Sendable {
        /// One record: `Post`, for schemas and `getPost`.
        let singular: String
        /// All of them: `Posts`, for `listPosts`.
        let plural: String
        /// One record in prose: `post`.
        let noun: String
    }

    /// What schemas of a record are called after its name; none of them may stand for two things.
    private static let suffixes = [
        "", "Selection", "Page", "Create", "Replace", "Patch", "Row", "Filter", "Sort", "Fields",
        "Expand",
    ]
    /// What `get` has in front of in operations that belong to no collection.
    private static let reserved = ["Liveness", "Readiness", "OpenAPIDocument"]

    private var entries: [String: Entry] = [:]
    private var taken = Set(SharedSchemas.names + reserved)
    private var takenPlurals: Set<String>

    /// `others` are names that stand for something else in the document.
    init(model: Model, reserved others: [String] = []) {
        taken.formUnion(others)
        takenPlurals = Set(others)
        for collection in model.collections {
            let noun = Self.singular(of: collection.name)
            let whole = Self.pascalCase(collection.name)
            entries[collection.name] = Entry(
                singular: claim([Self.pascalCase(noun), whole, whole + "Record"]),
                plural: claimPlural(whole),
                noun: noun.words
            )
        }
        for view in model.views {
            let name = claim([Self.pascalCase(view.name), Self.pascalCase(view.name) + "View"])
            entries[view.name] = Entry(
                singular: name,
                plural: claimPlural(name),
                noun: view.name.words
            )
        }
    }

    /// The first of the candidates that is free with all its suffixes, or the last with a number.
    private mutating func claim(_ candidates: [String]) -> String {
        func names(_ candidate: String) -> [String] { Self.suffixes.map { candidate + $0 } }
        func isFree(_ candidate: String) -> Bool { taken.isDisjoint(with: names(candidate)) }
        var name = candidates.first(where: isFree) ?? candidates.last ?? ""
        var number = 2
        while !isFree(name) {
            name = (candidates.last ?? "") + String(number)
            number += 1
        }
        taken.formUnion(names(name))
        return name
    }

    private mutating func claimPlural(_ candidate: String) -> String {
        var name = candidate
        var number = 2
        while !takenPlurals.insert(name).inserted {
            name = candidate + String(number)
            number += 1
        }
        return name
    }

    /// The names of a collection or view of the model.
    subscript(name: String) -> Entry {
        entries[name] ?? Entry(singular: name, plural: name, noun: name)
    }

    static func pascalCase(_ name: String) -> String {
        name.split { $0 == "_" || $0 == "-" || $0 == "." }
            .map { $0.prefix(1).uppercased() + $0.dropFirst() }
            .joined()
    }

    /// The English singular, by its regular rules.
    static func singular(of name: String) -> String {
        let isUncountable = ["series", "species", "news"].contains { name.hasSuffix($0) }
        if isUncountable { return name }
        if name.hasSuffix("ies"), name.count > 4 { return name.dropLast(3) + "y" }
        for ending in ["sses", "xes", "ches", "shes", "zzes"] where name.hasSuffix(ending) {
            return String(name.dropLast(2))
        }
        for ending in ["ss", "us", "is"] where name.hasSuffix(ending) { return name }
        return name.hasSuffix("s") && name.count > 2 ? String(name.dropLast()) : name
    }
}

extension String {
    /// `a` or `an`, and the word.
    var withArticle: String {
        guard let first = lowercased().first else { return self }
        let isVowel = "aeio".contains(first) || (first == "u" && !hasPrefix("us"))
        return (isVowel ? "an " : "a ") + self
    }
}
