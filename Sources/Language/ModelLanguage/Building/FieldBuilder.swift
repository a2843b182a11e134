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
    /// The field of the collection that names the tenant.
    let tenant: String?

    private var isTenant: Bool { draft.name.value == tenant }

    /// Nil if its type is wrong.
    func field() -> Field? {
        let entry = names.collections[collection.name.value]?.fields[draft.name.value]
        let read = rule(draft.read)
        let write = rule(draft.write)
        let onCreate = draft.onCreate.flatMap { value($0, type: entry?.type) }
        let onUpdate = draft.onUpdate.flatMap { value($0, type: entry?.type) }
        checkWriteOptions()
        if isTenant { checkTenantOptions() }
        guard let type = entry?.type else { return nil }
        checkType(type)
        ConstraintCheck(draft: draft, type: type, problems: problems).run()
        return Field(
            name: draft.name.value,
            type: type,
            isOptional: draft.isOptional,
            constraints: draft.constraints,
            defaultValue: draft.defaultValue.flatMap { defaultValue($0, type: type) },
            onCreate: isTenant ? try? environment.check("auth.tenant") : onCreate,
            onUpdate: onUpdate,
            // Within a tenant: see `CollectionBuilder.uniqueSets`.
            isUnique: draft.isUnique && tenant == nil,
            isImmutable: draft.isImmutable || isTenant,
            read: read,
            write: write,
            counter: draft.counter.flatMap { counter($0, type: type) },
            formerName: draft.formerName?.value,
            summary: draft.summary,
            encryption: draft.encryption,
            isPersonal: draft.isPersonal
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

extension CELType {
    fileprivate var isList: Bool {
        if case .list = self { true } else { false }
    }
}
