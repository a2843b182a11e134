extension Names {
    mutating func addFields(of draft: CollectionDraft) {
        let isAccount = draft.accounts != nil
        var entries: [String: FieldEntry] = [:]
        for field in ImplicitFields.leading(of: draft.accounts) + ImplicitFields.trailing {
            entries[field.name] = FieldEntry(type: field.type, isOptional: field.isOptional)
        }
        var seen: [String: Located<String>] = [:]
        for name in ["id", "created", "updated"] + (isAccount ? ["email"] : []) {
            seen[name] = draft.name
        }
        for field in draft.fields {
            let name = field.name.value
            if let reason = Reserved.reason(field: name, isAccount: isAccount) {
                problems.error(
                    "a field cannot be named \"\(name)\": \(reason)",
                    at: field.name.place,
                    hint: reason.hasPrefix("every") ? "leave it out" : "choose another name"
                )
            } else {
                checkUnique(field.name, "field", &seen)
            }
            let type = field.type.flatMap { self.type($0, of: field, in: draft) }
            if entries[name] == nil {
                entries[name] = FieldEntry(
                    type: type,
                    isOptional: field.isOptional,
                    encryption: field.encryption
                )
            }
        }
        checkFormerNames(of: draft)
        collections[draft.name.value]?.fields = entries
    }

    private func checkFormerNames(of draft: CollectionDraft) {
        var seen: Set<String> = []
        for field in draft.fields {
            guard let former = field.formerName else { continue }
            if draft.fields.contains(where: { $0.name.value == former.value }) {
                problems.error(
                    "\"\(field.name.value)\" was \"\(former.value)\", which is still there",
                    at: former.place
                )
            } else if !seen.insert(former.value).inserted {
                problems.error(
                    "two fields say that they were \"\(former.value)\"",
                    at: former.place
                )
            }
        }
    }

    private func type(
        _ draft: TypeDraft,
        of field: FieldDraft,
        in collection: CollectionDraft
    ) -> FieldType? {
        guard let scalar = FieldType(name: draft.name) else {
            return relation(draft, of: field, in: collection)
        }
        return draft.isList ? .list(scalar) : scalar
    }

    private func relation(
        _ draft: TypeDraft,
        of field: FieldDraft,
        in collection: CollectionDraft
    ) -> FieldType? {
        guard collections[draft.name] != nil else {
            let isLater = Reserved.laterTypes.contains(draft.name)
            problems.error(
                isLater
                    ? "the type \"\(draft.name)\" is not part of this version"
                    : "there is no type or collection \"\(draft.name)\"",
                at: draft.place,
                hint: isLater
                    ? nil
                    : problems.suggestion(
                        for: draft.name,
                        among: Reserved.types + collections.keys
                    ) ?? "the types are \(Reserved.types.joined(separator: ", "))"
            )
            return nil
        }
        guard !draft.isList else {
            problems.error(
                "a field cannot be a list of relations",
                at: draft.place,
                hint: "make a collection that joins the two, with a relation to each"
            )
            return nil
        }
        _ = check(draft.name, from: collection.module, at: draft.place)
        return .relation(
            Relation(collection: draft.name, onDelete: field.onDelete ?? .restrict)
        )
    }
}
