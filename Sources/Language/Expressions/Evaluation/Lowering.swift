/// Turns an expression into the nodes of a program.
///
/// A checked expression has its names and calls resolved; of an unchecked one, what names mean is
/// found out when it runs.
struct Lowering {
    let environment: Environment
    /// The types by the nodes' ids; nil for an unchecked expression.
    let types: [CELType]?
    let callees: [Int: [Function]]
    /// What macros bind, by slot.
    private(set) var locals: [String] = []

    init(environment: Environment) {
        self.environment = environment
        types = nil
        callees = [:]
    }

    init(environment: Environment, types: [CELType], callees: [Int: [Function]]) {
        self.environment = environment
        self.types = types
        self.callees = callees
    }

    func lower(_ expression: Expression) -> Node {
        let offset = expression.offset
        switch expression.kind {
        case .literal(let value):
            return .constant(value)
        case .identifier(let name):
            return lowerName(name, expression)
        case .select(let operand, let field, let isOptional):
            if let node = lowerQualified(expression) { return node }
            if let object = referencedObject(operand) {
                return .traverse(
                    lower(operand),
                    object: object,
                    field: field,
                    isPresence: false,
                    offset: offset
                )
            }
            return .select(lower(operand), field: field, isOptional: isOptional, offset: offset)
        case .presence(let operand, let field):
            if let object = referencedObject(operand) {
                return .traverse(
                    lower(operand),
                    object: object,
                    field: field,
                    isPresence: true,
                    offset: offset
                )
            }
            return .presence(lower(operand), field: field, offset: offset)
        case .call(let function, let target, let arguments):
            return lowerCall(function, target, arguments, expression)
        case .list(let elements, let optionals):
            return .list(elements.map(lower), optionals: Set(optionals), offset: offset)
        case .map(let entries):
            let entries = entries.map { entry in
                Node.Entry(
                    key: lower(entry.key),
                    value: lower(entry.value),
                    isOptional: entry.isOptional
                )
            }
            return .map(entries, offset: offset)
        case .comprehension(let comprehension):
            return lowerComprehension(comprehension, at: offset)
        case .bind(let variable, let value, let body):
            let inner = binding(variable)
            return .bind(slot: locals.count, value: lower(value), body: inner.lower(body))
        }
    }

    private func binding(_ variable: String) -> Lowering {
        var inner = self
        inner.locals.append(variable)
        return inner
    }

    private func lowerComprehension(
        _ comprehension: Expression.Comprehension,
        at offset: Int
    ) -> Node {
        let inner = binding(comprehension.variable)
        return .comprehension(
            Node.Comprehension(
                macro: comprehension.macro,
                range: lower(comprehension.range),
                slot: locals.count,
                predicate: comprehension.predicate.map(inner.lower),
                transform: comprehension.transform.map(inner.lower)
            ),
            offset: offset
        )
    }
}

// MARK: - Names

extension Lowering {
    private func lowerName(_ written: String, _ expression: Expression) -> Node {
        let isAbsolute = written.hasPrefix(".")
        let name = isAbsolute ? String(written.dropFirst()) : written
        if !isAbsolute, let slot = locals.lastIndex(of: name) { return .slot(slot) }
        if isTypeName(name, expression) { return .constant(.type(name)) }
        if let types, case .collection = types[expression.id] {
            return .collection(name, offset: expression.offset)
        }
        return .variable(name, offset: expression.offset)
    }

    private func isTypeName(_ name: String, _ expression: Expression) -> Bool {
        guard CELType.names.contains(name), environment.variables[name] == nil else {
            return false
        }
        return types.map { $0[expression.id] == .type } ?? true
    }

    /// `a.b.c` of an unchecked expression, whose variable may be any beginning of it.
    private func lowerQualified(_ expression: Expression) -> Node? {
        guard types == nil, var parts = expression.qualifiedName, let root = parts.first else {
            return nil
        }
        if root.hasPrefix(".") {
            parts[0] = String(root.dropFirst())
        } else if locals.contains(root) {
            return nil
        }
        let name = parts.joined(separator: ".")
        if isTypeName(name, expression) { return .constant(.type(name)) }
        return .qualified(parts, offset: expression.offset)
    }

    /// The object type that a relation leads to.
    private func referencedObject(_ operand: Expression) -> String? {
        guard let types, case .reference(let object) = types[operand.id].unwrapped else {
            return nil
        }
        return object
    }
}
