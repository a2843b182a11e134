import ModelLanguage

/// How many records each collection gets, from the shape of the model.
///
/// The scale is the size of the root: the accounts, or without them the collection that others
/// refer to most. In terms of it:
///
/// | collection | records |
/// |---|---|
/// | a unique set of two relations to the same collection (follows) | 10 for each record of that one |
/// | a unique set of relations to several (likes) | 4 for each record of the largest |
/// | refers to records that are no root (comments) | 2 for each record of the largest |
/// | refers to the root alone (posts) | 5 for each record of the root |
/// | refers to lookups alone (products) | 10 for each record of the largest |
/// | refers to nothing (tags) | a twentieth of the scale, from 5 to 500 |
///
/// None gets more than 20 times the scale, a unique set at most half of the combinations that
/// there are, and a relation that is unique 8 in 10 of the records that it can name.
struct SeedSizes {
    private static let cap = 20

    let root: String?
    private(set) var counts: [String: Int] = [:]
    private let model: Model
    private let scale: Int

    /// `given` are counts that are asked for by name.
    init(
        of order: [Collection],
        in model: Model,
        scale: Int,
        given: [String: Int]
    ) throws(SeedError) {
        self.model = model
        self.scale = scale
        root = Self.root(of: model)
        for (name, count) in given {
            guard model.collection(name) != nil else { throw .unknownCollection(name) }
            guard count >= 0 else { throw .invalidCount(count) }
        }
        guard scale > 0 else { throw .invalidCount(scale) }
        for collection in order {
            counts[collection.name] = given[collection.name] ?? size(of: collection)
        }
    }

    private static func root(of model: Model) -> String? {
        if let accounts = model.accounts { return accounts.name }
        var incoming: [String: Int] = [:]
        for collection in model.collections {
            for reference in SeedOrder.references(of: collection, in: model) {
                incoming[reference.collection, default: 0] += 1
            }
        }
        let most = incoming.values.max()
        return model.collections.first { incoming[$0.name] == most }?.name
    }

    private func size(of collection: Collection) -> Int {
        if collection.name == root { return scale }
        let usual = min(usualSize(of: collection), scale * Self.cap)
        return max(1, min(usual, largestSize(of: collection)))
    }

    private func usualSize(of collection: Collection) -> Int {
        let references = SeedOrder.references(of: collection, in: model)
        let mandatory = references.filter(\.isRequired)
        let required = Set((mandatory.isEmpty ? references : mandatory).map(\.collection))
        let joined = collection.uniqueSets.lazy.map { self.targets(of: $0, in: collection) }
            .first { $0.count > 1 }
        if let joined {
            let largest = joined.map { counts[$0] ?? 0 }.max() ?? 0
            return largest * (Set(joined).count == 1 ? 10 : 4)
        }
        let others = required.subtracting([root].compactMap { $0 })
        let content = others.filter { !isLookup($0) }.map { counts[$0] ?? 0 }.max()
        if let content { return content * 2 }
        if let root, required.contains(root) { return (counts[root] ?? scale) * 5 }
        if let lookup = others.map({ counts[$0] ?? 0 }).max() { return lookup * 10 }
        return max(5, min(scale / 20, 500))
    }

    /// The collections that the relations in a unique set name.
    private func targets(of set: [String], in collection: Collection) -> [String] {
        set.compactMap { collection.field($0)?.relationTarget }
    }

    /// Whether it refers to nothing itself.
    private func isLookup(_ name: String) -> Bool {
        guard let collection = model.collection(name) else { return false }
        return SeedOrder.references(of: collection, in: model).allSatisfy { !$0.isRequired }
    }

    // MARK: - Unique sets

    /// The most records that its unique sets leave room for.
    private func largestSize(of collection: Collection) -> Int {
        let single = collection.fields.filter(\.isUnique).map { [$0.name] }
        return (collection.uniqueSets + single).map { set in
            combinations(of: set, in: collection)
        }.min() ?? .max
    }

    private func combinations(of set: [String], in collection: Collection) -> Int {
        var product = 1.0
        for name in set {
            guard let field = collection.field(name) else { continue }
            product *= values(of: field, in: collection)
        }
        let isRelationAlone = set.count == 1 && collection.field(set[0])?.relationTarget != nil
        let share = isRelationAlone ? 0.8 : set.count == 1 ? 1 : 0.5
        return product > 1e15 ? .max : Int(product * share)
    }

    /// How many values a field can have; infinite where nothing says.
    private func values(of field: Field, in collection: Collection) -> Double {
        if let values = field.constraints.enumeration { return Double(values.count) }
        if field.type == .boolean { return 2 }
        guard let target = field.relationTarget, target != collection.name else {
            return .infinity
        }
        return Double(counts[target] ?? 0)
    }
}
