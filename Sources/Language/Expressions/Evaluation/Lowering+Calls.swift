extension Lowering {
    func lowerCall(
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
        let joined = (parts + [method]).joined(separator: ".")
        let name = joined.hasPrefix(".") ? String(joined.dropFirst()) : joined
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
                let expression = try? RegularExpression.cached(pattern)
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
