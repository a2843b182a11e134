/// Finds how accounts belong to tenants.
struct TenantsBuilder {
    let names: Names
    let problems: Problems

    /// Nil where there are none, or where what is said of them is wrong.
    func tenants(_ draft: AppDraft) -> Tenants? {
        guard let tenants = draft.tenants, let collection = names.tenants else { return nil }
        guard let accounts = names.accounts else {
            problems.error(
                "\"tenants\" need accounts, and the app has none",
                at: tenants.collection.place,
                hint: "give a collection \"accounts: true\""
            )
            return nil
        }
        guard collection != accounts else {
            problems.error(
                "accounts cannot be tenants",
                at: tenants.collection.place,
                hint: "make a collection of their own for them, such as organizations"
            )
            return nil
        }
        guard let members = tenants.members else {
            let own = relation(of: accounts, to: collection, at: tenants.collection.place)
            guard let own else { return nil }
            checkChoice(of: own, in: draft)
            return Tenants(
                collection: collection,
                members: nil,
                accountField: "id",
                tenantField: own
            )
        }
        guard names.collections[members.value] != nil else {
            problems.error(
                "there is no collection \"\(members.value)\"",
                at: members.place,
                hint: problems.suggestion(for: members.value, among: names.collections.keys)
            )
            return nil
        }
        guard let account = relation(of: members.value, to: accounts, at: members.place),
            let tenant = relation(of: members.value, to: collection, at: members.place)
        else { return nil }
        return Tenants(
            collection: collection,
            members: members.value,
            accountField: account,
            tenantField: tenant
        )
    }

    /// Warns where people could say themselves which tenant they belong to.
    private func checkChoice(of relation: String, in draft: AppDraft) {
        let accounts = draft.collections.first { $0.accounts != nil }
        guard let field = accounts?.fields.first(where: { $0.name.value == relation }),
            let name = accounts?.name.value, field.write == nil, field.onCreate == nil
        else { return }
        problems.warning(
            "whoever signs up, or may change an account, chooses its tenant by \"\(relation)\"",
            at: field.name.place,
            hint: "say who may set it, as in write: 'auth.can(\"\(name).assign\")'"
        )
    }

    /// The one relation of a collection to another.
    private func relation(of collection: String, to target: String, at place: Place) -> String? {
        let fields = names.collections[collection]?.fields ?? [:]
        let relations = fields.filter { $0.value.type?.relatedCollection == target }.keys.sorted()
        if relations.count == 1 { return relations[0] }
        problems.error(
            relations.isEmpty
                ? "\"\(collection)\" has no relation to \"\(target)\""
                : "\"\(collection)\" has several relations to \"\(target)\": "
                    + relations.joined(separator: ", "),
            at: place,
            hint: "who belongs to which tenant is said by exactly one"
        )
        return nil
    }
}
