extension FieldBuilder {
    /// Reports options that exclude each other.
    func checkWriteOptions() {
        let name = draft.name.value
        if let counter = ["count", "sum"].first(where: { draft.keyPlaces[$0] != nil }) {
            let others =
                [
                    "default", "onCreate", "onUpdate", "optional", "unique", "immutable", "write",
                    "onDelete",
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

    /// Reports options that the type does not have.
    func checkType(_ type: FieldType) {
        if draft.isUnique, !type.isComparable {
            problems.error(
                "a field of type \(type.name) cannot be unique",
                at: draft.place(of: "unique")
            )
        }
        guard draft.keyPlaces["onDelete"] != nil else { return }
        guard case .relation(let relation) = type else {
            problems.error(
                "\"onDelete\" is for relations; \"\(draft.name.value)\" is of type \(type.name)",
                at: draft.place(of: "onDelete"),
                hint: "leave it out"
            )
            return
        }
        if relation.onDelete == .setNull, !draft.isOptional {
            problems.error(
                "\"setNull\" needs an optional field",
                at: draft.place(of: "onDelete"),
                hint: "add \"optional: true\", or write cascade or restrict"
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
