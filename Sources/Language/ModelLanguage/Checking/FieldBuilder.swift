import Expressions
import JSON

/// Makes a field of its draft.
struct FieldBuilder {
    let draft: FieldDraft
    let collection: CollectionDraft
    let names: Names
    let expressions: ExpressionCheck
    let environment: Environment
    let problems: Problems

    /// Nil if its type is wrong.
    func field() -> Field? {
        let entry = names.collections[collection.name.value]?.fields[draft.name.value]
        let read = rule(draft.read)
        let write = rule(draft.write)
        let onCreate = draft.onCreate.flatMap { value($0, type: entry?.type) }
        let onUpdate = draft.onUpdate.flatMap { value($0, type: entry?.type) }
        checkWriteOptions()
        guard let type = entry?.type else { return nil }
        checkType(type)
        ConstraintCheck(draft: draft, type: type, problems: problems).run()
        return Field(
            name: draft.name.value,
            type: type,
            isOptional: draft.isOptional,
            constraints: draft.constraints,
            defaultValue: draft.defaultValue.flatMap { defaultValue($0, type: type) },
            onCreate: onCreate,
            onUpdate: onUpdate,
            isUnique: draft.isUnique,
            isImmutable: draft.isImmutable,
            read: read,
            write: write,
            counter: draft.counter.flatMap { counter($0, type: type) },
            formerName: draft.formerName?.value,
            summary: draft.summary
        )
    }

    private func rule(_ rule: ExpressionDraft?) -> CheckedExpression? {
        expressions.rule(rule, in: environment, module: collection.module)
    }

    /// What `onCreate` and `onUpdate` yield has to fit the field.
    private func value(_ value: ExpressionDraft, type: FieldType?) -> CheckedExpression? {
        guard let checked = expressions.check(value, in: environment, module: collection.module)
        else { return nil }
        guard let type, !fits(checked.type, type) else { return checked }
        let hint: String? =
            switch (type, checked.type.unwrapped) {
            case (.number, .int): "write double(…)"
            case (.date, .timestamp): "write ….date()"
            default: nil
            }
        problems.error(
            "the expression is of type \(checked.type), which does not fit the type \(type.name)",
            at: value.place,
            hint: hint
        )
        return nil
    }

    private func fits(_ type: CELType, _ field: FieldType) -> Bool {
        if type == .null { return draft.isOptional }
        let value = type.unwrapped
        if case .relation(let relation) = field {
            return [.string, .reference(relation.collection), .dyn].contains(value)
        }
        if field == .json { return true }
        if field == .uuid, case .reference = value { return true }
        return value == field.expressionType || value == .dyn
            || (field.expressionType.isList && value == .list(.dyn))
    }

    private func defaultValue(_ node: YAMLNode, type: FieldType) -> JSONValue? {
        let value = node.json
        if value == .null, type != .json {
            problems.error(
                "the default of \"\(draft.name.value)\" is null",
                at: node.place,
                hint: "leave it out: an optional field is null by itself"
            )
            return nil
        }
        if let mistake = LiteralCheck(type: type, constraints: draft.constraints).mistake(value) {
            problems.error(
                "the default of \"\(draft.name.value)\" \(mistake.message)",
                at: node.place,
                hint: mistake.hint
            )
            return nil
        }
        return value
    }
}

// MARK: - Options that exclude each other

extension FieldBuilder {
    private func checkWriteOptions() {
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

    private func checkType(_ type: FieldType) {
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

// MARK: - Counters

extension FieldBuilder {
    private func counter(_ counter: FieldDraft.CounterDraft, type: FieldType) -> Counter? {
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

extension FieldType {
    fileprivate var relatedCollection: String? {
        guard case .relation(let relation) = self else { return nil }
        return relation.collection
    }
}

extension CELType {
    fileprivate var isList: Bool {
        if case .list = self { true } else { false }
    }
}
