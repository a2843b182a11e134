import JSON

extension DraftReader {
    func field(_ pair: YAMLPair) -> FieldDraft {
        let name = Located(pair.key, at: pair.keyPlace)
        checkName(name, NamePattern.camel, "a field's name")
        var draft = FieldDraft(name: name)
        guard case .mapping = pair.value.content else {
            draft.type = type(pair.value)
            return draft
        }
        guard let entries = entries(of: pair.value, "a field", Grammar.field) else { return draft }
        draft.keyPlaces = entries.places
        draft.type = entries["type"].flatMap { type($0.value) }
        draft.isOptional = boolean(of: entries["optional"]) ?? false
        draft.isUnique = boolean(of: entries["unique"]) ?? false
        draft.isImmutable = boolean(of: entries["immutable"]) ?? false
        draft.constraints = constraints(entries)
        draft.defaultValue = entries["default"]?.value
        draft.onCreate = expression(of: entries["onCreate"])
        draft.onUpdate = expression(of: entries["onUpdate"])
        draft.read = expression(of: entries["read"])
        draft.write = expression(of: entries["write"])
        draft.onDelete = onDelete(entries["onDelete"])
        draft.counter = counter(entries)
        draft.formerName = text(of: entries["was"])
        draft.summary = text(of: entries["description"])?.value
        draft.encryption = entries["encrypted"].flatMap(encryption)
        draft.isPersonal = boolean(of: entries["personal"]) ?? false
        return draft
    }

    /// `true`, or `{ index: true }`.
    private func encryption(_ pair: YAMLPair) -> Field.Encryption? {
        if case .mapping = pair.value.content {
            guard let entries = entries(of: pair.value, "\"encrypted\"", Grammar.encryption)
            else { return nil }
            return boolean(of: entries["index"]) == true ? .indexed : .plain
        }
        return boolean(of: pair) == true ? .plain : nil
    }

    /// `string`, `posts`, `[string]`.
    private func type(_ node: YAMLNode) -> TypeDraft? {
        if case .sequence(let items) = node.content {
            if items.count == 1, let name = items.first?.scalar?.text {
                return TypeDraft(name: name, isList: true, place: node.place)
            }
        } else if let scalar = node.scalar, !scalar.text.isEmpty {
            return TypeDraft(name: scalar.text, isList: false, place: node.place)
        }
        problems.error(
            "a type is \(node.kindName)",
            at: node.place,
            hint: "write a name as in \"string\", or a list of one as in \"[string]\""
        )
        return nil
    }

    private func onDelete(_ pair: YAMLPair?) -> Relation.OnDelete? {
        guard let text = text(of: pair) else { return nil }
        let known = Relation.OnDelete.allCases.map(\.rawValue)
        if let onDelete = Relation.OnDelete(rawValue: text.value) { return onDelete }
        problems.error(
            "\"\(text.value)\" is no value of \"onDelete\"",
            at: text.place,
            hint: problems.suggestion(for: text.value, among: known)
                ?? "write one of \(known.joined(separator: ", "))"
        )
        return nil
    }

    private func counter(_ entries: Entries) -> FieldDraft.CounterDraft? {
        if let sum = entries["sum"], entries["count"] != nil {
            problems.error("a field has \"count\" or \"sum\", not both", at: sum.keyPlace)
            return nil
        }
        for (key, length, form) in [
            ("count", 2, "collection.relation"), ("sum", 3, "collection.relation.field"),
        ] {
            guard let text = text(of: entries[key]) else { continue }
            let parts = text.value.split(separator: ".", omittingEmptySubsequences: false)
                .map(String.init)
            guard parts.count == length, !parts.contains("") else {
                problems.error(
                    "\"\(text.value)\" does not name what to \(key)",
                    at: text.place,
                    hint: "write \(form)"
                )
                return nil
            }
            return FieldDraft.CounterDraft(
                collection: parts[0],
                relation: parts[1],
                summand: length == 3 ? parts[2] : nil,
                place: text.place
            )
        }
        return nil
    }
}
