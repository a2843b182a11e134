import Expressions

// Whose records they are: of which tenant, of which person, and whom they are shared with.
extension CollectionBuilder {
    /// The relation to the tenant, once it is found right.
    func tenant() -> String? {
        guard let tenant = draft.tenant else { return nil }
        guard draft.sharesOf == nil else { return tenant.value }
        let name = draft.name.value
        guard let tenants = names.tenants else {
            problems.error(
                "\"tenant\" needs the app to have tenants",
                at: tenant.place,
                hint: "say at the top of the file which collection they are, "
                    + "as in tenants: { of: organizations }"
            )
            return nil
        }
        guard draft.accounts == nil, name != tenants else {
            problems.error(
                "\"\(name)\" cannot be kept apart by tenant: whoever signs in has none before",
                at: tenant.place,
                hint: "write a rule, as in read: \(name == tenants ? "id" : tenant.value)"
                    + " == auth.tenant"
            )
            return nil
        }
        return relation(tenant, to: tenants, key: "tenant") ? tenant.value : nil
    }

    /// The relation to whose personal data the records are: the one that is named, else the only
    /// one that the server sets to the caller.
    func owner(among fields: [Field]) -> String? {
        guard let accounts = names.accounts, draft.accounts == nil else {
            if let owner = draft.owner {
                problems.error(
                    draft.accounts == nil
                        ? "\"owner\" names an account, and the app has none"
                        : "accounts are their own owners",
                    at: owner.place,
                    hint: "leave it out"
                )
            }
            return nil
        }
        if let owner = draft.owner {
            return relation(owner, to: accounts, key: "owner") ? owner.value : nil
        }
        let set = fields.filter { field in
            field.onCreate?.source == "auth.id" && field.type.relatedCollection == accounts
        }
        return set.count == 1 ? set[0].name : nil
    }

    private func relation(_ field: Located<String>, to target: String, key: String) -> Bool {
        let fields = names.collections[draft.name.value]?.fields ?? [:]
        guard let entry = fields[field.value] else {
            problems.error(
                "collection \"\(draft.name.value)\" has no field \"\(field.value)\"",
                at: field.place,
                hint: problems.suggestion(for: field.value, among: fields.keys)
                    ?? "add it, as in \(field.value): { type: \(target), onDelete: cascade }"
            )
            return false
        }
        guard let type = entry.type else { return false }
        guard type.relatedCollection == target else {
            problems.error(
                "\"\(key)\" names a relation to \"\(target)\"; \"\(field.value)\" is of type"
                    + " \(type.name)",
                at: field.place
            )
            return false
        }
        return true
    }

    /// What belongs to a person says to whom, and what is erased can be null.
    func checkPersonalFields(owner: String?) {
        let isOwned = draft.accounts != nil || owner != nil || names.accounts == nil
        for field in draft.fields where !isOwned {
            guard field.isPersonal || field.encryption != nil else { continue }
            let key = field.isPersonal ? "personal" : "encrypted"
            problems.error(
                "\"\(field.name.value)\" is \(key), and nothing says whose it is",
                at: field.place(of: key),
                hint: "add \"owner\" with a relation of this collection to the accounts"
            )
        }
        let isSecret = { (field: FieldDraft) in field.isPersonal || field.encryption != nil }
        if let relation = draft.fields.first(where: { $0.name.value == owner }),
            relation.onDelete == .setNull, let field = draft.fields.first(where: isSecret)
        {
            problems.error(
                "\"\(field.name.value)\" would stay when its owner \"\(relation.name.value)\" is erased",
                at: relation.place(of: "onDelete"),
                hint: "write onDelete: anonymize, which erases it, or cascade"
            )
        }
        guard let relation = draft.fields.first(where: { $0.onDelete == .anonymize }) else {
            return
        }
        for field in draft.fields where isSecret(field) && !field.isOptional {
            problems.error(
                "\"\(field.name.value)\" is erased when \"\(relation.name.value)\" is,"
                    + " so it has to be optional",
                at: field.name.place,
                hint: "add \"optional: true\""
            )
        }
    }

    /// The shares, and the rule that lets them be seen.
    func shares() -> Shares? {
        guard let shares = draft.shares, let kept = names.collections[draft.name.value]?.shares
        else { return nil }
        // What is wrong with it is told of the collection that keeps the shares.
        let environment = expressions.environment(of: kept)
        return (try? environment.check(shares.grant.source, as: .bool)).map {
            Shares(collection: kept, grant: $0)
        }
    }

    /// Who may grant a share may see it, and whom it is for.
    func sharesReadRule(_ environment: Environment) -> CheckedExpression? {
        guard let grant = draft.rules.read else { return nil }
        // On a line of its own, so that a comment at its end ends nothing else.
        return try? environment.check("account == auth.id || (\(grant.source)\n)", as: .bool)
    }

    /// The sets of fields that are unique within each tenant.
    func uniqueSets(tenant: String?) -> [[String]] {
        let sets = draft.uniqueSets.map(uniqueSet)
        guard let tenant else { return sets }
        let fields = draft.fields.filter(\.isUnique).map { [$0.name.value] }
        var unique: [[String]] = []
        for set in sets + fields {
            let own = [tenant] + set.filter { $0 != tenant }
            if !unique.contains(own) { unique.append(own) }
        }
        return unique
    }
}

extension FieldType {
    /// The collection that a relation leads to.
    var relatedCollection: String? {
        guard case .relation(let relation) = self else { return nil }
        return relation.collection
    }
}
