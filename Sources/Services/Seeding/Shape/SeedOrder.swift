import ModelLanguage

/// The order in which collections are seeded: those that others need come first.
struct SeedOrder {
    /// What one collection refers to.
    struct Reference {
        let collection: String
        /// Whether a record cannot do without it.
        let isRequired: Bool
    }

    /// Throws `circular` if required relations make a circle.
    static func collections(of model: Model) throws(SeedError) -> [Collection] {
        var remaining = model.collections
        var done: Set<String> = []
        var order: [Collection] = []
        while !remaining.isEmpty {
            let next =
                remaining.firstIndex { isReady($0, after: done, in: model, requiredOnly: false) }
                ?? remaining.firstIndex { isReady($0, after: done, in: model, requiredOnly: true) }
            guard let next else { throw .circular(collections: remaining.map(\.name)) }
            let collection = remaining.remove(at: next)
            done.insert(collection.name)
            order.append(collection)
        }
        return order
    }

    /// The other collections that a collection's records name, those that the server sets too.
    static func references(of collection: Collection, in model: Model) -> [Reference] {
        collection.fields.compactMap { field in
            guard let target = field.relationTarget, target != collection.name else { return nil }
            return Reference(collection: target, isRequired: field.isRequiredRelation)
        }
    }

    private static func isReady(
        _ collection: Collection,
        after done: Set<String>,
        in model: Model,
        requiredOnly: Bool
    ) -> Bool {
        references(of: collection, in: model).allSatisfy { reference in
            done.contains(reference.collection) || requiredOnly && !reference.isRequired
        }
    }
}

extension Field {
    /// The collection that its values name records of, alone or in a list.
    var relationTarget: String? {
        switch type {
        case .relation(let relation): relation.collection
        case .list(.relation(let relation)): relation.collection
        default: nil
        }
    }

    /// Whether each record names one.
    var isRequiredRelation: Bool {
        if case .relation = type { !isOptional && counter == nil } else { false }
    }
}
