extension Names {
    func checkModules(_ modules: [ModuleDraft]) {
        var seen: [String: Located<String>] = [:]
        for module in modules {
            if let other = seen.updateValue(module.name, forKey: module.name.value.lowercased()),
                other.value != module.name.value
            {
                reportSimilar(module.name, other, "module")
            }
        }
    }

    mutating func addCollections(_ drafts: [CollectionDraft]) {
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
                    self.accounts = draft.name.value
                }
            }
            guard collections[draft.name.value] == nil else { continue }
            collections[draft.name.value] = CollectionEntry(
                module: draft.module,
                isAccounts: draft.accounts != nil
            )
        }
        for draft in drafts {
            guard let shared = draft.sharesOf else { continue }
            collections[shared]?.shares = draft.name.value
        }
        checkFormerNames(drafts)
    }

    mutating func addTenants(of draft: AppDraft) {
        guard let name = draft.tenants?.collection else { return }
        guard collections[name.value] != nil else {
            problems.error(
                "there is no collection \"\(name.value)\"",
                at: name.place,
                hint: problems.suggestion(for: name.value, among: collections.keys)
            )
            return
        }
        tenants = name.value
    }

    func checkViews(_ draft: AppDraft) {
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

    func checkUnique(
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
