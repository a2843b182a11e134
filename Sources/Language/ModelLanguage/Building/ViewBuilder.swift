import Expressions

/// Makes a view of its draft.
struct ViewBuilder {
    let draft: ViewDraft
    let names: Names
    let expressions: ExpressionCheck
    let problems: Problems

    /// Nil if its collection is not there.
    func view() -> View? {
        guard let collection = draft.collection,
            names.check(collection.value, from: draft.module, at: collection.place),
            let entry = names.collections[collection.value]
        else { return nil }
        let environment = expressions.environment(of: collection.value)
        let filter = expressions.rule(draft.filter, in: environment, module: draft.module)
        let read = readRule(environment)
        let aggregate = draft.isAggregate ? aggregate(environment, entry) : nil
        return View(
            name: draft.name.value,
            module: draft.module,
            collection: collection.value,
            filter: filter,
            sort: sortKeys(entry, aggregate),
            aggregate: aggregate,
            read: read,
            summary: draft.summary
        )
    }

    /// Who may read a view does not depend on a record: there is none to ask about.
    private func readRule(_ recordEnvironment: Environment) -> CheckedExpression? {
        let environment = expressions.environments.environment(of: nil, from: nil)
        if let read = draft.read, (try? environment.check(read.source)) == nil,
            (try? recordEnvironment.check(read.source)) != nil
        {
            problems.error(
                "the \"read\" rule of a view names a field",
                at: read.place,
                hint: "the rule says who may read the view; \"where\" says which records it has"
            )
            return nil
        }
        return expressions.rule(draft.read, in: environment, module: draft.module)
    }

    private func sortKeys(
        _ entry: Names.CollectionEntry,
        _ aggregate: View.Aggregate?
    ) -> [Index.Key] {
        var fields = entry.fields
        var owner = "collection \"\(draft.collection?.value ?? "")\""
        if let aggregate {
            owner = "view \"\(draft.name.value)\""
            let drafts = (draft.group + draft.select).map {
                ($0.name.value, Names.FieldEntry(type: nil, isOptional: true))
            }
            let columns = (aggregate.group + aggregate.select).map {
                ($0.name, Names.FieldEntry(type: $0.type, isOptional: $0.isOptional))
            }
            fields = Dictionary(drafts + columns, uniquingKeysWith: { _, last in last })
        }
        return SortKeys(fields: fields, owner: owner, problems: problems).keys(draft.sort)
    }
}
