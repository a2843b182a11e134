extension FieldBuilder {
    /// Reports options that exclude each other.
    func checkWriteOptions() {
        let name = draft.name.value
        if let counter = ["count", "sum"].first(where: { draft.keyPlaces[$0] != nil }) {
            let others =
                [
                    "default", "onCreate", "onUpdate", "optional", "unique", "immutable", "write",
                    "onDelete", "encrypted", "personal",
                ] + ConstraintCheck.keys
            for key in others where draft.keyPlaces[key] != nil {
                problems.error(
                    "\"\(key)\" does not go with \"\(counter)\": the database sets \"\(name)\"",
                    at: draft.place(of: key),
                    hint: "leave it out"
                )
            }
            return
        }
        guard let setter = ["onCreate", "onUpdate"].first(where: { draft.keyPlaces[$0] != nil })
        else { return }
        for key in ["default", "write"] where draft.keyPlaces[key] != nil {
            problems.error(
                "\"\(key)\" does not go with \"\(setter)\": clients cannot send \"\(name)\"",
                at: draft.place(of: key),
                hint: "leave one of them out"
            )
        }
        if draft.keyPlaces["onUpdate"] != nil, draft.isImmutable {
            problems.error(
                "\"immutable\" does not go with \"onUpdate\"",
                at: draft.place(of: "immutable"),
                hint: "leave one of them out"
            )
        }
        if draft.keyPlaces["onUpdate"] != nil, draft.keyPlaces["onCreate"] == nil,
            !draft.isOptional
        {
            problems.error(
                "\"\(name)\" has no value before the first change",
                at: draft.place(of: "onUpdate"),
                hint: "add \"onCreate\", or \"optional: true\""
            )
        }
    }

    /// The server sets the tenant, once.
    func checkTenantOptions() {
        for key in ["default", "onCreate", "onUpdate", "optional", "unique", "write", "encrypted"]
        where draft.keyPlaces[key] != nil {
            problems.error(
                "\"\(key)\" does not go with \"tenant\": the server sets \"\(draft.name.value)\"",
                at: draft.place(of: key),
                hint: "leave it out"
            )
        }
    }

    /// Reports what the database cannot do with a value that it cannot read.
    private func checkEncryption(_ type: FieldType) {
        guard let encryption = draft.encryption else { return }
        if case .relation = type {
            problems.error(
                "a relation cannot be encrypted",
                at: draft.place(of: "encrypted"),
                hint: "leave it out"
            )
        }
        if draft.isUnique, encryption == .plain {
            problems.error(
                "\"unique\" needs an index over the encrypted values",
                at: draft.place(of: "unique"),
                hint: "write encrypted: { index: true }"
            )
        }
        if encryption == .indexed, !type.isComparable {
            problems.error(
                "values of type \(type.name) cannot be looked up",
                at: draft.place(of: "encrypted"),
                hint: "write encrypted: true"
            )
        }
    }

    /// Reports options that the type does not have.
    func checkType(_ type: FieldType) {
        if draft.isUnique, !type.isComparable {
            problems.error(
                "a field of type \(type.name) cannot be unique",
                at: draft.place(of: "unique")
            )
        }
        checkEncryption(type)
        guard draft.keyPlaces["onDelete"] != nil else { return }
        guard case .relation(let relation) = type else {
            problems.error(
                "\"onDelete\" is for relations; \"\(draft.name.value)\" is of type \(type.name)",
                at: draft.place(of: "onDelete"),
                hint: "leave it out"
            )
            return
        }
        let erases = [.setNull, .anonymize].contains(relation.onDelete)
        let word = relation.onDelete.rawValue
        if erases, !draft.isOptional {
            problems.error(
                "\"\(word)\" needs an optional field",
                at: draft.place(of: "onDelete"),
                hint: "add \"optional: true\", or write cascade or restrict"
            )
        }
        if relation.onDelete == .anonymize, relation.collection != names.accounts {
            problems.error(
                "\"anonymize\" is for relations to accounts",
                at: draft.place(of: "onDelete"),
                hint: "write setNull"
            )
        }
        if relation.onDelete == .setNull, draft.isImmutable {
            problems.warning(
                "\"\(draft.name.value)\" is immutable, and becomes null all the same",
                at: draft.place(of: "onDelete")
            )
        }
    }
}
