extension FieldBuilder {
    /// The counter, once its collection, relation and summand are found.
    func counter(_ counter: FieldDraft.CounterDraft, type: FieldType) -> Counter? {
        guard type == .integer else {
            problems.error(
                "a counter is of type integer; \"\(draft.name.value)\" is of type \(type.name)",
                at: counter.place,
                hint: "write type: integer"
            )
            return nil
        }
        guard names.check(counter.collection, from: collection.module, at: counter.place),
            let counted = names.collections[counter.collection]
        else { return nil }
        guard let relation = counted.fields[counter.relation] else {
            reportNoField(counter.relation, of: counter.collection, counted, at: counter.place)
            return nil
        }
        if let type = relation.type, type.relatedCollection != collection.name.value {
            let relations = counted.fields.filter {
                $0.value.type?.relatedCollection == collection.name.value
            }
            problems.error(
                "\"\(counter.collection).\(counter.relation)\" is no relation to"
                    + " \"\(collection.name.value)\"",
                at: counter.place,
                hint: relations.isEmpty
                    ? "no field of \(counter.collection) is"
                    : "these are: \(relations.keys.sorted().joined(separator: ", "))"
            )
            return nil
        }
        if let summand = counter.summand, !check(summand: summand, counted, counter) { return nil }
        return Counter(
            collection: counter.collection,
            relation: counter.relation,
            summand: counter.summand
        )
    }

    private func check(
        summand: String,
        _ counted: Names.CollectionEntry,
        _ counter: FieldDraft.CounterDraft
    ) -> Bool {
        guard let field = counted.fields[summand] else {
            reportNoField(summand, of: counter.collection, counted, at: counter.place)
            return false
        }
        if field.encryption != nil {
            problems.error(
                "\"\(counter.collection).\(summand)\" is encrypted, so the database cannot add it up",
                at: counter.place
            )
            return false
        }
        guard let type = field.type, type != .integer else { return true }
        problems.error(
            "\"\(counter.collection).\(summand)\" is of type \(type.name); \"sum\" needs integers",
            at: counter.place
        )
        return false
    }

    private func reportNoField(
        _ name: String,
        of collection: String,
        _ entry: Names.CollectionEntry,
        at place: Place
    ) {
        problems.error(
            "collection \"\(collection)\" has no field \"\(name)\"",
            at: place,
            hint: problems.suggestion(for: name, among: entry.fields.keys)
        )
    }
}
