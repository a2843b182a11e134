/// What a file names, and what may be seen from where.
struct Names {
    struct FieldEntry {
        /// Nil if the type is wrong, which was reported then.
        let type: FieldType?
        let isOptional: Bool
        var encryption: Field.Encryption?
    }

    struct CollectionEntry {
        let module: String
        let isAccounts: Bool
        /// The collection that keeps its shares.
        var shares: String?
        var fields: [String: FieldEntry] = [:]
    }

    var collections: [String: CollectionEntry] = [:]
    /// What modules use of others, by the module's name.
    var uses: [String: [Module.Use]] = [:]
    /// The names of the collections among them.
    var usedNames: [String: Set<String>] = [:]
    /// The accounts collection.
    var accounts: String?
    /// The collection of tenants, if it is there.
    var tenants: String?
    let roles: Set<String>
    let problems: Problems

    init(_ draft: AppDraft, problems: Problems) {
        self.problems = problems
        roles = Set(draft.roles.map(\.name.value))
        checkModules(draft.modules)
        addCollections(draft.collections)
        checkViews(draft)
        for module in draft.modules { addUses(of: module, in: draft) }
        for collection in draft.collections { addFields(of: collection) }
        addTenants(of: draft)
    }

    /// Whether expressions and relations of a module may name a collection.
    func isVisible(_ collection: String, from module: String) -> Bool {
        collections[collection]?.module == module
            || usedNames[module]?.contains(collection) == true
    }

    /// Reports a collection that is not there or not visible; false then.
    func check(_ collection: String, from module: String, at place: Place) -> Bool {
        guard let entry = collections[collection] else {
            problems.error(
                "there is no collection \"\(collection)\"",
                at: place,
                hint: problems.suggestion(for: collection, among: collections.keys)
            )
            return false
        }
        if !isVisible(collection, from: module) {
            reportInvisible(collection, of: entry.module, from: module, at: place)
        }
        return true
    }

    func reportInvisible(
        _ collection: String,
        of owner: String,
        from module: String,
        at place: Place
    ) {
        problems.error(
            "module \"\(module)\" reads \"\(collection)\" of module \"\(owner)\" and does not say so",
            at: place,
            hint: "add \(owner).\(collection) to the \"uses\" of module \(module)"
        )
    }
}
