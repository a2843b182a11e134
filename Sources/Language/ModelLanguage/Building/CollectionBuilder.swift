import Expressions

/// Makes a collection of its draft.
struct CollectionBuilder {
    let draft: CollectionDraft
    let names: Names
    let expressions: ExpressionCheck
    let problems: Problems

    private var isAccount: Bool { draft.accounts != nil }

    func collection() -> Collection {
        let environment = expressions.environment(of: draft.name.value)
        let tenant = tenant()
        let fields = fields(environment, tenant: tenant)
        let owner = owner(among: fields)
        checkPersonalFields(owner: owner)
        return Collection(
            name: draft.name.value,
            module: draft.module,
            formerName: draft.formerName?.value,
            accounts: accounts(),
            fields: fields,
            indexes: draft.indexes.map { Index(keys: keys($0)) },
            uniqueSets: uniqueSets(tenant: tenant),
            validations: draft.validations.compactMap { validation in
                rule(validation.rule, environment).map {
                    Validation(rule: $0, message: validation.message)
                }
            },
            rules: Rules(
                create: rule(draft.rules.create, environment),
                read: draft.sharesOf == nil
                    ? rule(draft.rules.read, environment) : sharesReadRule(environment),
                update: rule(draft.rules.update, environment),
                delete: rule(draft.rules.delete, environment)
            ),
            summary: draft.summary,
            tenant: tenant,
            owner: owner,
            shares: shares()
        )
    }

    private func accounts() -> Accounts? {
        draft.accounts.map { accounts in
            AccountsBuilder(draft: accounts, collection: draft, names: names, problems: problems)
                .accounts()
        }
    }

    private func rule(
        _ rule: ExpressionDraft?,
        _ environment: Environment
    ) -> CheckedExpression? {
        expressions.rule(rule, in: environment, module: draft.module)
    }

    private func fields(_ environment: Environment, tenant: String?) -> [Field] {
        let emailRead =
            isAccount ? try? environment.check(ImplicitFields.emailReadRule, as: .bool) : nil
        let own = draft.fields.compactMap { field in
            FieldBuilder(
                draft: field,
                collection: draft,
                names: names,
                expressions: expressions,
                environment: environment,
                problems: problems,
                tenant: tenant
            ).field()
        }
        return ImplicitFields.leading(of: draft.accounts, emailRead: emailRead) + own
            + ImplicitFields.trailing
    }

    func uniqueSet(_ set: Located<[Located<String>]>) -> [String] {
        for name in set.value where name.value.hasPrefix("-") {
            problems.error(
                "\"\(name.value)\" has a direction, which \"unique\" does not need",
                at: name.place,
                hint: "write \"\(name.value.dropFirst())\""
            )
        }
        return keys(set, isUnique: true).map(\.field)
    }

    private func keys(
        _ list: Located<[Located<String>]>,
        isUnique: Bool = false
    ) -> [Index.Key] {
        SortKeys(
            fields: names.collections[draft.name.value]?.fields ?? [:],
            owner: "collection \"\(draft.name.value)\"",
            problems: problems,
            isUnique: isUnique
        ).keys(list.value)
    }
}
