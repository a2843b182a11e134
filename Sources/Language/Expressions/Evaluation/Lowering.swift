/// Turns an expression into the nodes of a program.
///
/// A checked expression has its names and calls resolved; of an unchecked one, what names mean is
/// found out when it runs.
struct Lowering {
    let environment: Environment
    /// The types by the nodes' ids; nil for an unchecked expression.
    private let types: [CELType]?
    private let callees: [Int: [Function]]
    /// What macros bind, by slot.
    private var locals: [String] = []

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

// MARK: - Calls

extension Lowering {
    private func lowerCall(
        _ function: String,
        _ target: Expression?,
        _ arguments: [Expression],
        _ expression: Expression
    ) -> Node {
        let offset = expression.offset
        let operands = arguments.map(lower)
        if target == nil, let node = lowerOperator(function, operands, at: offset) { return node }
        var name = function.hasPrefix(".") ? String(function.dropFirst()) : function
        var receiver = target
        if let target, let qualified = qualifiedFunction(name, on: target) {
            name = qualified
            receiver = nil
        }
        let all = (receiver.map { [lower($0)] } ?? []) + operands
        let functions =
            callees[expression.id]
            ?? environment.functions.named(name, isMethod: receiver != nil)
        guard !functions.isEmpty else {
            let error = EvaluationError(
                .noSuchOverload,
                "unknown function '\(name)'",
                at: offset
            )
            return .failure(error)
        }
        if functions.allSatisfy(\.checksArguments) {
            if let node = lowerStandard(name, all, at: offset) { return node }
            if let value = constant(functions[0], all) { return .constant(value) }
        }
        return .call(Node.Callee(name: name, functions: functions), all, offset: offset)
    }

    /// As the checker has it, for an expression that it has not seen.
    private func qualifiedFunction(_ method: String, on target: Expression) -> String? {
        guard types == nil, let parts = target.qualifiedName, let root = parts.first,
            !locals.contains(root)
        else { return nil }
        let name = (parts + [method]).joined(separator: ".")
        return environment.functions.named(name, isMethod: false).isEmpty ? nil : name
    }

    /// Calls that have nodes of their own.
    private func lowerStandard(_ name: String, _ operands: [Node], at offset: Int) -> Node? {
        guard operands.count == 2 else { return nil }
        switch name {
        case "or", "orValue":
            return .otherwise(
                operands[0],
                operands[1],
                unwraps: name == "orValue",
                offset: offset
            )
        case "matches":
            guard case .constant(.string(let pattern)) = operands[1],
                let expression = try? RegularExpression(pattern)
            else { return nil }
            return .matches(operands[0], expression, offset: offset)
        default:
            return nil
        }
    }

    /// The value of a call whose arguments are all known, such as `duration("24h")`.
    private func constant(_ function: Function, _ operands: [Node]) -> Value? {
        var values: [Value] = []
        for operand in operands {
            guard case .constant(let value) = operand else { return nil }
            values.append(value)
        }
        return try? function.implementation?(values)
    }

    private func lowerOperator(_ function: String, _ operands: [Node], at offset: Int) -> Node? {
        switch (function, operands.count) {
        case ("_&&_", 2): .and(operands[0], operands[1], offset: offset)
        case ("_||_", 2): .or(operands[0], operands[1], offset: offset)
        case ("!_", 1): .not(operands[0], offset: offset)
        case ("-_", 1): .negation(operands[0], offset: offset)
        case ("_?_:_", 3): .conditional(operands[0], operands[1], operands[2], offset: offset)
        case ("_==_", 2): .equality(operands[0], operands[1], isNegated: false)
        case ("_!=_", 2): .equality(operands[0], operands[1], isNegated: true)
        case ("@in", 2): .membership(operands[0], operands[1], offset: offset)
        case ("_[_]", 2): .index(operands[0], operands[1], isOptional: false, offset: offset)
        case ("_[?_]", 2): .index(operands[0], operands[1], isOptional: true, offset: offset)
        default: lowerBinary(function, operands, at: offset)
        }
    }

    private func lowerBinary(_ function: String, _ operands: [Node], at offset: Int) -> Node? {
        guard operands.count == 2, function.hasPrefix("_"), function.hasSuffix("_") else {
            return nil
        }
        let sign = String(function.dropFirst().dropLast())
        if let comparison = Comparison(rawValue: sign) {
            return .comparison(comparison, operands[0], operands[1], offset: offset)
        }
        return Arithmetic(rawValue: sign).map {
            .arithmetic($0, operands[0], operands[1], offset: offset)
        }
    }
}
