/// Makes a model of drafts: checks all that names alone do not tell.
struct ModelBuilder {
    let draft: AppDraft
    let names: Names
    let source: SourceText
    let problems: Problems

    func model() -> Model {
        let expressions = ExpressionCheck(
            names: names,
            environments: ModelEnvironment(names),
            source: source,
            problems: problems
        )
        let collections = draft.collections.map { collection in
            CollectionBuilder(
                draft: collection,
                names: names,
                expressions: expressions,
                problems: problems
            ).collection()
        }
        let views = draft.views.compactMap { view in
            ViewBuilder(draft: view, names: names, expressions: expressions, problems: problems)
                .view()
        }
        return Model(
            name: draft.name,
            api: draft.api,
            roles: draft.roles.map(role),
            modules: draft.modules.map {
                Module(name: $0.name.value, uses: names.uses[$0.name.value] ?? [])
            },
            collections: collections,
            views: views
        )
    }

    private func role(_ role: RoleDraft) -> Role {
        var permissions: [String] = []
        var seen: Set<String> = []
        for permission in role.permissions {
            checkPermission(permission)
            if seen.insert(permission.value).inserted { permissions.append(permission.value) }
        }
        return Role(name: role.name.value, permissions: permissions)
    }

    /// A permission is free, as in `analytics.read`; what looks like a misspelt one of a collection
    /// is doubtful.
    private func checkPermission(_ permission: Located<String>) {
        let parts = permission.value.split(separator: ".", omittingEmptySubsequences: false)
            .map(String.init)
        guard parts.count > 1, parts.allSatisfy(NamePattern.permissionPart.matches) else {
            problems.error(
                "\"\(permission.value)\" is no permission",
                at: permission.place,
                hint: "write names with a dot between, as in posts.delete"
            )
            return
        }
        guard parts.count == 2 else { return }
        let verbs = ["create", "read", "update", "delete"]
        if names.collections[parts[0]] != nil, !verbs.contains(parts[1]) {
            guard let verb = Spelling.nearest(to: parts[1], in: verbs) else { return }
            warn(permission, meant: "\(parts[0]).\(verb)")
        } else if names.collections[parts[0]] == nil, verbs.contains(parts[1]),
            !isKnown(parts[0]),
            let collection = Spelling.nearest(to: parts[0], in: names.collections.keys)
        {
            warn(permission, meant: "\(collection).\(parts[1])")
        }
    }

    /// Whether it names a module or a view, whose permissions are free.
    private func isKnown(_ name: String) -> Bool {
        draft.modules.contains { $0.name.value == name }
            || draft.views.contains { $0.name.value == name }
    }

    private func warn(_ permission: Located<String>, meant: String) {
        problems.warning(
            "the permission \"\(permission.value)\" grants nothing by itself",
            at: permission.place,
            hint: "did you mean \"\(meant)\"?"
        )
    }
}
