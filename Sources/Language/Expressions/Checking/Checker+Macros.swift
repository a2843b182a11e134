extension Checker {
    mutating func resolveList(
        _ elements: [Expression],
        _ optionals: [Int]
    ) -> (Expression.Kind, CELType) {
        let checked = elements.map { check($0) }
        var element: CELType?
        for (position, expression) in checked.enumerated() {
            let type =
                optionals.contains(position)
                ? optionalContent(expression) : type(of: expression)
            element = element.map { $0.union(type) ?? .dyn } ?? type
        }
        return (.list(checked, optionals: optionals), .list(element ?? .dyn))
    }

    mutating func resolveMap(
        _ entries: [Expression.Entry]
    ) -> (Expression.Kind, CELType) {
        var checked: [Expression.Entry] = []
        var keyType: CELType?
        var valueType: CELType?
        for entry in entries {
            let key = check(entry.key)
            let value = check(entry.value)
            switch type(of: key) {
            case .bool, .int, .uint, .string, .reference, .dyn: break
            case let other: report("a key cannot be \(other)", at: key.offset)
            }
            let type = entry.isOptional ? optionalContent(value) : type(of: value)
            keyType = keyType.map { $0.union(self.type(of: key)) ?? .dyn } ?? self.type(of: key)
            valueType = valueType.map { $0.union(type) ?? .dyn } ?? type
            checked.append(
                Expression.Entry(key: key, value: value, isOptional: entry.isOptional)
            )
        }
        return (.map(checked), .map(key: keyType ?? .dyn, value: valueType ?? .dyn))
    }

    private mutating func optionalContent(_ expression: Expression) -> CELType {
        switch type(of: expression) {
        case .optional(let wrapped): return wrapped
        case .dyn: return .dyn
        case let type:
            report(
                "an element with '?' has to be an optional, this is \(type)",
                at: expression.offset
            )
            return .dyn
        }
    }

    mutating func resolveComprehension(
        _ comprehension: Expression.Comprehension,
        by expression: Expression
    ) -> (Expression.Kind, CELType) {
        let range = check(comprehension.range)
        let element = elementType(of: range, macro: comprehension.macro, by: expression)
        if comprehensionDepth == environment.limits.comprehensionDepth {
            report(
                "macros nest deeper than \(environment.limits.comprehensionDepth) levels",
                at: expression.offset
            )
        }
        comprehensionDepth += 1
        defer { comprehensionDepth -= 1 }
        let variable = comprehension.variable
        let predicate = comprehension.predicate.map { predicate in
            scoped(variable, element) { $0.check(predicate) }
        }
        if let predicate, !type(of: predicate).fits(.bool) {
            report(
                "the condition of \(comprehension.macro.rawValue)() has to be bool, "
                    + "this is \(type(of: predicate))",
                at: predicate.offset
            )
        }
        let transform = comprehension.transform.map { transform in
            scoped(variable, element) { $0.check(transform) }
        }
        let result: CELType
        switch comprehension.macro {
        case .all, .exists, .existsOne: result = .bool
        case .map: result = .list(transform.map { type(of: $0) } ?? .dyn)
        case .filter:
            if case .collection = type(of: range) {
                result = type(of: range)
            } else {
                result = .list(element)
            }
        }
        let checked = Expression.Comprehension(
            macro: comprehension.macro,
            range: range,
            variable: variable,
            predicate: predicate,
            transform: transform
        )
        return (.comprehension(checked), result)
    }

    private mutating func elementType(
        of range: Expression,
        macro: Expression.Comprehension.Macro,
        by expression: Expression
    ) -> CELType {
        switch type(of: range).unwrapped {
        case .list(let element): return element
        case .map(let key, _): return key
        case .collection(let name): return .object(name)
        case .dyn: return .dyn
        case let type:
            report(
                "\(macro.rawValue)() needs a list, a map or a collection, this is \(type)",
                at: expression.offset
            )
            return .dyn
        }
    }
}
