extension Checker {
    /// A name: what a macro binds, a variable, a field of the subject, a collection or a type.
    mutating func resolveName(_ written: String, at offset: Int) -> (Expression.Kind, CELType) {
        let isAbsolute = written.hasPrefix(".")
        let name = isAbsolute ? String(written.dropFirst()) : written
        if let type = local(name) {
            if !isAbsolute { return (.identifier(name), type) }
            // The dot stays, so that nobody takes it for the local.
            return (.identifier(written), declaredType(name) ?? unknown(name, at: offset))
        }
        return (.identifier(name), declaredType(name) ?? unknown(name, at: offset))
    }

    /// The type of a name that the environment declares, taken down among the references.
    private mutating func declaredType(_ name: String) -> CELType? {
        if let type = environment.variables[name] {
            references.variables.insert(name)
            return type
        }
        if let subject = environment.subject, let type = environment.objects[subject]?[name] {
            references.variables.insert(name)
            references.fields.insert(.init(object: subject, field: name))
            return type
        }
        if environment.collections.contains(name) {
            references.collections.insert(name)
            return .collection(name)
        }
        return CELType.names.contains(name) ? .type : nil
    }

    private mutating func unknown(_ name: String, at offset: Int) -> CELType {
        report(
            "unknown name '\(name)'",
            at: offset,
            hint: suggestion(for: name, among: knownNames)
        )
        return .dyn
    }

    private var knownNames: [String] {
        let fields = environment.subject.flatMap { environment.objects[$0]?.keys }
        return locals.map(\.name) + environment.variables.keys + environment.collections
            + (fields.map(Array.init) ?? [])
    }

    /// `a.b.c` as one name, where the environment declares that.
    mutating func resolveQualified(_ expression: Expression) -> (Expression.Kind, CELType)? {
        guard let parts = expression.qualifiedName, let root = parts.first else { return nil }
        if local(root) != nil { return nil }
        let joined = parts.joined(separator: ".")
        let name = joined.hasPrefix(".") ? String(joined.dropFirst()) : joined
        guard let type = declaredType(name) else { return nil }
        return (.identifier(name), type)
    }

    /// The type of `operand.field`.
    mutating func fieldType(
        _ field: String,
        of operand: Expression,
        by expression: Expression
    ) -> CELType {
        fieldType(field, of: type(of: operand).unwrapped, by: expression)
    }

    private mutating func fieldType(
        _ field: String,
        of type: CELType,
        by expression: Expression
    ) -> CELType {
        switch type {
        case .dyn:
            return .dyn
        case .map(let key, let value) where CELType.string.isComparable(with: key):
            return value
        case .optional(let wrapped):
            let inner = fieldType(field, of: wrapped.unwrapped, by: expression)
            if case .optional = inner { return inner }
            return .optional(inner)
        case .object(let object):
            return declaredField(field, of: object, by: expression)
        case .reference(let object):
            let type = declaredField(field, of: object, by: expression)
            references.traversals.append(
                References.Traversal(expression: expression.id, object: object, field: field)
            )
            return type
        case .collection(let name):
            report(
                "'\(name)' is a collection, it has no field '\(field)'",
                at: expression.offset,
                hint: "ask about its records, as in \(name).exists(x, x.\(field) == …)"
            )
        default:
            report("\(type) has no fields, so no '\(field)'", at: expression.offset)
        }
        return .dyn
    }

    private mutating func declaredField(
        _ field: String,
        of object: String,
        by expression: Expression
    ) -> CELType {
        guard let fields = environment.objects[object] else {
            report("nothing is known of the fields of '\(object)'", at: expression.offset)
            return .dyn
        }
        guard let type = fields[field] else {
            report(
                "'\(object)' has no field '\(field)'",
                at: expression.offset,
                hint: suggestion(for: field, among: Array(fields.keys))
            )
            return .dyn
        }
        references.fields.insert(.init(object: object, field: field))
        return type
    }
}
