extension Names {
    mutating func addUses(of module: ModuleDraft, in draft: AppDraft) {
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
