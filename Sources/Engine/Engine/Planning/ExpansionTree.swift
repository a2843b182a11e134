import ModelLanguage

/// The relations that a request asks to expand, `author,post.author,comments_via_post`, resolved.
struct ExpansionTree {
    enum Target {
        case relation(field: Field, target: Collection)
        case backRelation(field: Field, source: Collection)

        /// The collection of the records that are added.
        var collection: Collection {
            switch self {
            case .relation(_, let target): target
            case .backRelation(_, let source): source
            }
        }
    }

    struct Branch {
        let name: String
        let target: Target
        var below: ExpansionTree
    }

    private(set) var branches: [Branch] = []

    init() {}

    init(
        parameter: String,
        of collection: Collection,
        in model: Model,
        limits: EngineLimits
    ) throws(Problem) {
        let paths = parameter.split(separator: ",", omittingEmptySubsequences: false)
        guard paths.count <= limits.maximumExpansions else {
            throw Problem(
                .tooCostly,
                "more than \(limits.maximumExpansions) relations to expand",
                parameter: "expand"
            )
        }
        for path in paths {
            let names = path.split(separator: ".", omittingEmptySubsequences: false)
            guard names.count <= limits.maximumExpansionDepth else {
                throw Problem(
                    .tooCostly,
                    "\"\(path)\" is deeper than \(limits.maximumExpansionDepth) relations",
                    parameter: "expand"
                )
            }
            try add(names[...], of: collection, in: model)
        }
    }

    private mutating func add(
        _ path: ArraySlice<Substring>,
        of collection: Collection,
        in model: Model
    ) throws(Problem) {
        guard let first = path.first else { return }
        let name = String(first)
        var index = branches.firstIndex { $0.name == name }
        if index == nil {
            let target = try Self.target(name, of: collection, in: model)
            branches.append(Branch(name: name, target: target, below: ExpansionTree()))
            index = branches.count - 1
        }
        guard let index else { return }
        let below = branches[index].target.collection
        try branches[index].below.add(path.dropFirst(), of: below, in: model)
    }

    private static func target(
        _ name: String,
        of collection: Collection,
        in model: Model
    ) throws(Problem) -> Target {
        if let field = collection.field(name), case .relation(let relation) = field.type,
            let target = model.collection(relation.collection)
        {
            return .relation(field: field, target: target)
        }
        let backRelations = backRelations(of: collection, in: model)
        if let (_, source, field) = backRelations.first(where: { $0.name == name }) {
            return .backRelation(field: field, source: source)
        }
        let relations = collection.fields.filter { field in
            if case .relation = field.type { true } else { false }
        }
        let known = relations.map(\.name) + backRelations.map(\.name)
        let nearest = Spelling.nearest(to: name, in: known)
        throw Problem(
            .unknownExpansion,
            "\"\(name)\" is no relation of \(collection.name)",
            hint: nearest.map { "did you mean \"\($0)\"?" }
                ?? "known are: \(known.joined(separator: ", "))",
            parameter: "expand"
        )
    }

    /// The relations of other collections that lead here, named `comments_via_post`.
    static func backRelations(
        of collection: Collection,
        in model: Model
    ) -> [(name: String, source: Collection, field: Field)] {
        model.collections.flatMap { source in
            source.fields.compactMap { field in
                guard case .relation(let relation) = field.type,
                    relation.collection == collection.name
                else { return nil }
                return ("\(source.name)_via_\(field.name)", source, field)
            }
        }
    }
}
