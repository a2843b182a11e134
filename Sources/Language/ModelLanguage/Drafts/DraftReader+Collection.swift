extension DraftReader {
    func collection(_ pair: YAMLPair, module: String) -> CollectionDraft {
        let name = Located(pair.key, at: pair.keyPlace)
        checkName(name, NamePattern.snake, "a collection's name")
        var draft = CollectionDraft(name: name, module: module)
        guard let entries = entries(of: pair.value, "a collection", Grammar.collection) else {
            return draft
        }
        draft.summary = text(of: entries["description"])?.value
        draft.formerName = text(of: entries["was"])
        draft.accounts = entries["accounts"].flatMap(accounts)
        if let fields = entries["fields"] { draft.fields = pairs(of: fields).map(field) }
        if let indexes = entries["indexes"] { draft.indexes = fieldLists(indexes) }
        if let sets = entries["unique"] { draft.uniqueSets = fieldLists(sets) }
        if let validations = entries["validate"] {
            draft.validations = items(of: validations, "mappings with rule and message")
                .compactMap(validation)
        }
        if let rules = entries["rules"] { draft.rules = self.rules(rules) }
        draft.tenant = text(of: entries["tenant"])
        draft.owner = text(of: entries["owner"])
        draft.shares = entries["shares"].flatMap(shares)
        return draft
    }

    /// Lists of fields, as `indexes` and `unique` have them.
    private func fieldLists(_ pair: YAMLPair) -> [Located<[Located<String>]>] {
        items(of: pair, "lists of fields").compactMap { node in
            guard case .sequence(let items) = node.content, !items.isEmpty else {
                problems.error(
                    "\"\(pair.key)\" holds \(node.kindName) where a list of fields belongs",
                    at: node.place,
                    hint: "write it as [[a, b]]: a list of lists"
                )
                return nil
            }
            return Located(items.compactMap { text(of: $0, in: pair.key) }, at: node.place)
        }
    }

    private func validation(_ node: YAMLNode) -> ValidationDraft? {
        guard let entries = entries(of: node, "a validation", Grammar.validation),
            let rule = expression(of: entries["rule"]),
            let message = text(of: entries["message"])
        else { return nil }
        return ValidationDraft(rule: rule, message: message.value)
    }

    private func shares(_ pair: YAMLPair) -> SharesDraft? {
        guard let entries = entries(of: pair.value, "shares", Grammar.shares),
            let grant = expression(of: entries["grant"])
        else { return nil }
        return SharesDraft(grant: grant, place: pair.keyPlace)
    }

    private func rules(_ pair: YAMLPair) -> RulesDraft {
        guard let entries = entries(of: pair.value, "rules", Grammar.rules) else {
            return RulesDraft()
        }
        return RulesDraft(
            create: expression(of: entries["create"]),
            read: expression(of: entries["read"]),
            update: expression(of: entries["update"]),
            delete: expression(of: entries["delete"])
        )
    }
}
