/// What a file names, and what may be seen from where.
struct Names {
    struct FieldEntry {
        /// Nil if the type is wrong, which was reported then.
        let type: FieldType?
        let isOptional: Bool
    }

    struct CollectionEntry {
        let module: String
        let isAccounts: Bool
        fileprivate(set) var fields: [String: FieldEntry] = [:]
    }

    private(set) var collections: [String: CollectionEntry] = [:]
    /// What modules use of others, by the module's name.
    private(set) var uses: [String: [Module.Use]] = [:]
    /// The names of the collections among them.
    private var usedNames: [String: Set<String>] = [:]
    private let problems: Problems

    init(_ draft: AppDraft, problems: Problems) {
        self.problems = problems
        checkModules(draft.modules)
        addCollections(draft.collections)
        checkViews(draft)
        for module in draft.modules { addUses(of: module, in: draft) }
        for collection in draft.collections { addFields(of: collection) }
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

// MARK: - Collecting

extension Names {
    private func checkModules(_ modules: [ModuleDraft]) {
        var seen: [String: Located<String>] = [:]
        for module in modules {
            if let other = seen.updateValue(module.name, forKey: module.name.value.lowercased()),
                other.value != module.name.value
            {
                reportSimilar(module.name, other, "module")
            }
        }
    }

    private mutating func addCollections(_ drafts: [CollectionDraft]) {
        var seen: [String: Located<String>] = [:]
        var accounts: CollectionDraft?
        for draft in drafts {
            checkUnique(draft.name, "collection", &seen)
            checkReserved(draft.name, "collection")
            if draft.accounts != nil {
                if let first = accounts {
                    problems.error(
                        "\"\(draft.name.value)\" is a second accounts collection",
                        at: draft.name.place,
                        hint: "the accounts of this app are \"\(first.name.value)\""
                    )
                } else {
                    accounts = draft
                }
            }
            guard collections[draft.name.value] == nil else { continue }
            collections[draft.name.value] = CollectionEntry(
                module: draft.module,
                isAccounts: draft.accounts != nil
            )
        }
        checkFormerNames(drafts)
    }

    private func checkViews(_ draft: AppDraft) {
        var seen: [String: Located<String>] = [:]
        for collection in draft.collections {
            seen[collection.name.value.lowercased()] = collection.name
        }
        for view in draft.views {
            checkUnique(view.name, "view", &seen)
            checkReserved(view.name, "view")
        }
    }

    private func checkFormerNames(_ drafts: [CollectionDraft]) {
        var seen: Set<String> = []
        for draft in drafts {
            guard let former = draft.formerName else { continue }
            if collections[former.value] != nil {
                problems.error(
                    "\"\(draft.name.value)\" was \"\(former.value)\", which is still there",
                    at: former.place
                )
            } else if !seen.insert(former.value).inserted {
                problems.error(
                    "two collections say that they were \"\(former.value)\"",
                    at: former.place
                )
            }
        }
    }

    private func checkReserved(_ name: Located<String>, _ kind: String) {
        guard let reason = Reserved.reason(collectionOrView: name.value) else { return }
        problems.error(
            "a \(kind) cannot be named \"\(name.value)\": \(reason)",
            at: name.place,
            hint: "choose another name"
        )
    }

    private func checkUnique(
        _ name: Located<String>,
        _ kind: String,
        _ seen: inout [String: Located<String>]
    ) {
        if let other = seen[name.value.lowercased()] {
            reportSimilar(name, other, kind)
        } else {
            seen[name.value.lowercased()] = name
        }
    }

    private func reportSimilar(_ name: Located<String>, _ other: Located<String>, _ kind: String) {
        let message =
            name.value == other.value
            ? "the name \"\(name.value)\" is taken"
            : "the name \"\(name.value)\" differs from \"\(other.value)\" in case alone"
        problems.error(
            message,
            at: name.place,
            hint: "line \(other.place.line) has it; rename this \(kind)"
        )
    }
}

// MARK: - Uses

extension Names {
    private mutating func addUses(of module: ModuleDraft, in draft: AppDraft) {
        var resolved: [Module.Use] = []
        var seen: Set<Module.Use> = []
        for use in module.uses {
            guard let found = self.use(use, of: module, in: draft) else { continue }
            if seen.insert(found).inserted {
                resolved.append(found)
            } else {
                problems.warning("\"\(use.value)\" is there twice", at: use.place)
            }
        }
        uses[module.name.value] = resolved
        usedNames[module.name.value] = Set(resolved.map(\.collection))
    }

    private func use(
        _ use: Located<String>,
        of module: ModuleDraft,
        in draft: AppDraft
    ) -> Module.Use? {
        let parts = use.value.split(separator: ".", omittingEmptySubsequences: false)
            .map(String.init)
        guard parts.count == 2 else {
            let owner = collections[use.value]?.module
            problems.error(
                "\"\(use.value)\" does not name a collection of a module",
                at: use.place,
                hint: "write \(owner ?? "module").\(owner == nil ? "collection" : use.value)"
            )
            return nil
        }
        guard let other = draft.modules.first(where: { $0.name.value == parts[0] }) else {
            problems.error(
                "there is no module \"\(parts[0])\"",
                at: use.place,
                hint: problems.suggestion(
                    for: parts[0],
                    among: draft.modules.map(\.name.value)
                )
            )
            return nil
        }
        guard other.name.value != module.name.value else {
            problems.error(
                "\"\(use.value)\" is of this module itself",
                at: use.place,
                hint: "leave it out: a module sees its own collections"
            )
            return nil
        }
        guard collections[parts[1]]?.module == parts[0] else {
            problems.error(
                "module \"\(parts[0])\" has no collection \"\(parts[1])\"",
                at: use.place,
                hint: problems.suggestion(
                    for: parts[1],
                    among: other.collections.map(\.name.value)
                )
            )
            return nil
        }
        return Module.Use(module: parts[0], collection: parts[1])
    }
}

// MARK: - Fields

extension Names {
    private mutating func addFields(of draft: CollectionDraft) {
        let isAccount = draft.accounts != nil
        var entries: [String: FieldEntry] = [:]
        for field in ImplicitFields.leading(isAccount: isAccount) + ImplicitFields.trailing {
            entries[field.name] = FieldEntry(type: field.type, isOptional: false)
        }
        var seen: [String: Located<String>] = [:]
        for name in ["id", "created", "updated"] + (isAccount ? ["email"] : []) {
            seen[name] = draft.name
        }
        for field in draft.fields {
            let name = field.name.value
            if let reason = Reserved.reason(field: name, isAccount: isAccount) {
                problems.error(
                    "a field cannot be named \"\(name)\": \(reason)",
                    at: field.name.place,
                    hint: reason.hasPrefix("every") ? "leave it out" : "choose another name"
                )
            } else {
                checkUnique(field.name, "field", &seen)
            }
            let type = field.type.flatMap { self.type($0, of: field, in: draft) }
            if entries[name] == nil {
                entries[name] = FieldEntry(type: type, isOptional: field.isOptional)
            }
        }
        checkFormerNames(of: draft)
        collections[draft.name.value]?.fields = entries
    }

    private func checkFormerNames(of draft: CollectionDraft) {
        var seen: Set<String> = []
        for field in draft.fields {
            guard let former = field.formerName else { continue }
            if draft.fields.contains(where: { $0.name.value == former.value }) {
                problems.error(
                    "\"\(field.name.value)\" was \"\(former.value)\", which is still there",
                    at: former.place
                )
            } else if !seen.insert(former.value).inserted {
                problems.error(
                    "two fields say that they were \"\(former.value)\"",
                    at: former.place
                )
            }
        }
    }

    private func type(
        _ draft: TypeDraft,
        of field: FieldDraft,
        in collection: CollectionDraft
    ) -> FieldType? {
        guard let scalar = FieldType(name: draft.name) else {
            return relation(draft, of: field, in: collection)
        }
        return draft.isList ? .list(scalar) : scalar
    }

    private func relation(
        _ draft: TypeDraft,
        of field: FieldDraft,
        in collection: CollectionDraft
    ) -> FieldType? {
        guard collections[draft.name] != nil else {
            let isLater = Reserved.laterTypes.contains(draft.name)
            problems.error(
                isLater
                    ? "the type \"\(draft.name)\" is not part of this version"
                    : "there is no type or collection \"\(draft.name)\"",
                at: draft.place,
                hint: isLater
                    ? nil
                    : problems.suggestion(
                        for: draft.name,
                        among: Reserved.types + collections.keys
                    ) ?? "the types are \(Reserved.types.joined(separator: ", "))"
            )
            return nil
        }
        guard !draft.isList else {
            problems.error(
                "a field cannot be a list of relations",
                at: draft.place,
                hint: "make a collection that joins the two, with a relation to each"
            )
            return nil
        }
        _ = check(draft.name, from: collection.module, at: draft.place)
        return .relation(
            Relation(collection: draft.name, onDelete: field.onDelete ?? .restrict)
        )
    }
}
