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
            roles: RoleBuilder(
                draft: draft,
                names: names,
                expressions: expressions,
                problems: problems
            ).roles(),
            modules: draft.modules.map {
                Module(name: $0.name.value, uses: names.uses[$0.name.value] ?? [])
            },
            collections: collections,
            views: views,
            tenants: TenantsBuilder(names: names, problems: problems).tenants(draft)
        )
    }
}
