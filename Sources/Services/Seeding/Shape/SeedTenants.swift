import ModelLanguage

/// The tenants that records are made for, in turns.
///
/// Not `Sendable`: it belongs to the one that makes rows.
struct SeedTenants {
    /// The records of the collection of tenants.
    let names: RecordNames
    /// The collections that are kept apart by tenant.
    private let collections: Set<String>

    /// Nil where there are no tenants, or none that is known yet.
    init?(_ model: Model, known: [String: RecordNames]) {
        guard let tenants = model.tenants, let names = known[tenants.collection] else { return nil }
        self.names = names
        collections = Set(model.collections.filter { $0.tenant != nil }.map(\.name))
    }

    /// How many tenants take turns in a collection; 1 where its records belong to none.
    func turns(in collection: String) -> Int {
        collections.contains(collection) ? max(names.timeline.count, 1) : 1
    }
}
