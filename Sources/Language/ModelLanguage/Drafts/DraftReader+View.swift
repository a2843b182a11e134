extension DraftReader {
    func view(_ pair: YAMLPair, module: String) -> ViewDraft {
        let name = Located(pair.key, at: pair.keyPlace)
        checkName(name, NamePattern.kebab, "a view's name")
        var draft = ViewDraft(name: name, module: module)
        guard let entries = entries(of: pair.value, "a view", Grammar.view) else { return draft }
        draft.collection = text(of: entries["of"])
        draft.filter = expression(of: entries["where"])
        draft.sort = entries["sort"].map(sort) ?? []
        draft.isAggregate = entries["group"] != nil || entries["select"] != nil
        draft.group = entries["group"].map(group) ?? []
        draft.select = entries["select"].map(columns) ?? []
        draft.summary = text(of: entries["description"])?.value
        if let rules = entries["rules"],
            let rules = self.entries(of: rules.value, "a view's rules", Grammar.viewRules)
        {
            draft.read = expression(of: rules["read"])
        }
        if let group = entries["group"], entries["select"] == nil {
            problems.error(
                "a view with \"group\" needs the key \"select\"",
                at: group.keyPlace,
                hint: "write what to compute of each group, as in select: { posts: count() }"
            )
        }
        return draft
    }

    /// `-created`, or a list of such.
    private func sort(_ pair: YAMLPair) -> [Located<String>] {
        if pair.value.scalar != nil { return text(of: pair).map { [$0] } ?? [] }
        return texts(of: pair, "fields")
    }

    /// `{ day: created.date() }`, or `[author]` for fields as they are.
    private func group(_ pair: YAMLPair) -> [ColumnDraft] {
        guard case .sequence(let items) = pair.value.content else { return columns(pair) }
        return items.compactMap { node in
            guard let name = text(of: node, in: pair.key), let scalar = node.scalar else {
                return nil
            }
            let expression = ExpressionDraft(scalar: scalar, place: node.place)
            return ColumnDraft(name: name, expression: expression)
        }
    }

    private func columns(_ pair: YAMLPair) -> [ColumnDraft] {
        pairs(of: pair).compactMap { column in
            let name = Located(column.key, at: column.keyPlace)
            checkName(name, NamePattern.camel, "a column's name")
            guard let expression = expression(of: column) else { return nil }
            return ColumnDraft(name: name, expression: expression)
        }
    }
}
