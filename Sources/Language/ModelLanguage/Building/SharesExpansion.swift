import JSON

/// Gives each collection with `shares` the collection that keeps them.
///
/// From there on it is like any other: REST, events, rules and migrations know nothing of shares.
enum SharesExpansion {
    static func name(of collection: String) -> String {
        "\(collection)_shares"
    }

    static func expand(_ draft: inout AppDraft, problems: Problems) {
        let accounts = draft.collections.first { $0.accounts != nil }?.name.value
        for index in draft.modules.indices {
            draft.modules[index].collections = draft.modules[index].collections.flatMap {
                collection -> [CollectionDraft] in
                guard let shares = collection.shares else { return [collection] }
                guard let accounts else {
                    problems.error(
                        "\"shares\" are for accounts, and the app has none",
                        at: shares.place,
                        hint: "give a collection \"accounts: true\""
                    )
                    return [collection]
                }
                return [collection, self.shares(of: collection, shares, accounts: accounts)]
            }
        }
    }

    private static func shares(
        of collection: CollectionDraft,
        _ shares: SharesDraft,
        accounts: String
    ) -> CollectionDraft {
        let place = shares.place
        let name = Located(name(of: collection.name.value), at: place)
        var draft = CollectionDraft(name: name, module: collection.module)
        draft.summary = "Who may do what with single records of \(collection.name.value)."
        draft.sharesOf = collection.name.value
        draft.fields = [
            relation("record", to: collection.name.value, "The record that is shared.", place),
            relation("account", to: accounts, "Whom it is shared with.", place),
            permission(place),
            until(place),
        ]
        if let tenant = collection.tenant,
            let field = collection.fields.first(where: { $0.name.value == tenant.value })
        {
            var own = field
            own.formerName = nil
            draft.fields.append(own)
            draft.tenant = tenant
        }
        draft.uniqueSets = [
            Located(["record", "account"].map { Located($0, at: place) }, at: place)
        ]
        draft.rules.create = shares.grant
        draft.rules.update = shares.grant
        draft.rules.delete = shares.grant
        draft.rules.read = shares.grant
        return draft
    }

    private static func relation(
        _ name: String,
        to collection: String,
        _ summary: String,
        _ place: Place
    ) -> FieldDraft {
        var field = FieldDraft(name: Located(name, at: place))
        field.type = TypeDraft(name: collection, isList: false, place: place)
        field.isImmutable = true
        field.onDelete = .cascade
        field.summary = summary
        return field
    }

    private static func permission(_ place: Place) -> FieldDraft {
        var field = FieldDraft(name: Located("permission", at: place))
        field.type = TypeDraft(name: "string", isList: false, place: place)
        field.constraints.enumeration = Shares.Level.allCases.map { .string($0.rawValue) }
        field.summary = "What they may do; each includes those before it."
        return field
    }

    private static func until(_ place: Place) -> FieldDraft {
        var field = FieldDraft(name: Located("until", at: place))
        field.type = TypeDraft(name: "datetime", isList: false, place: place)
        field.isOptional = true
        field.summary = "When it ends; never, where it is left out."
        return field
    }
}
