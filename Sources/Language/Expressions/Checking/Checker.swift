/// Finds the type of every node of an expression, and every mistake that types can show.
///
/// A node with a mistake has the type `dyn`, so that one mistake is reported once.
struct Checker {
    struct Local {
        let name: String
        let type: CELType
    }

    let environment: Environment
    private let parsed: ParsedExpression
    private var types: [CELType]
    private var errors: [ExpressionError] = []
    private var comprehensionDepth = 0
    var references = References()
    /// The functions that each call may run.
    var callees: [Int: [Function]] = [:]
    /// What macros bind, the innermost last.
    private(set) var locals: [Local] = []

    init(environment: Environment, parsed: ParsedExpression) {
        self.environment = environment
        self.parsed = parsed
        types = Array(repeating: .dyn, count: parsed.nodeCount)
    }

    mutating func check(as expected: CELType?) throws(ExpressionErrors) -> CheckedExpression {
        let root = check(parsed.root)
        let type = type(of: root)
        if let expected, errors.isEmpty, !type.fits(expected) {
            report("the expression yields \(type), but \(expected) is needed", at: root.offset)
        }
        guard errors.isEmpty else {
            throw ExpressionErrors(errors.sorted { $0.offset < $1.offset })
        }
        let lowering = Lowering(environment: environment, types: types, callees: callees)
        return CheckedExpression(
            source: parsed.source,
            root: root,
            type: type,
            references: references,
            literals: parsed.literals,
            nodeCount: parsed.nodeCount,
            depth: parsed.depth,
            program: Program(root: lowering.lower(root), limits: environment.limits),
            types: types
        )
    }

    mutating func report(_ message: String, at offset: Int, hint: String? = nil) {
        errors.append(ExpressionError(message, at: offset, hint: hint))
    }

    func type(of expression: Expression) -> CELType {
        types[expression.id]
    }

    func local(_ name: String) -> CELType? {
        locals.last { $0.name == name }?.type
    }

    /// The expression with its names resolved, and its type written down.
    mutating func check(_ expression: Expression) -> Expression {
        let (kind, type) = resolve(expression)
        types[expression.id] = type
        return Expression(id: expression.id, offset: expression.offset, kind: kind)
    }

    private mutating func resolve(_ expression: Expression) -> (Expression.Kind, CELType) {
        switch expression.kind {
        case .literal(let value):
            return (expression.kind, value.literalType)
        case .identifier(let name):
            return resolveName(name, at: expression.offset)
        case .select(let operand, let field, let isOptional):
            if let resolved = resolveQualified(expression) { return resolved }
            let operand = check(operand)
            var type = fieldType(field, of: operand, by: expression)
            if isOptional, case .optional = type {} else if isOptional { type = .optional(type) }
            return (.select(operand: operand, field: field, isOptional: isOptional), type)
        case .presence(let operand, let field):
            let operand = check(operand)
            _ = fieldType(field, of: operand, by: expression)
            return (.presence(operand: operand, field: field), .bool)
        case .call(let function, let target, let arguments):
            return resolveCall(function, target, arguments, by: expression)
        case .list(let elements, let optionals):
            return resolveList(elements, optionals)
        case .map(let entries):
            return resolveMap(entries)
        case .comprehension(let comprehension):
            return resolveComprehension(comprehension, by: expression)
        case .bind(let variable, let value, let body):
            let value = check(value)
            let body = scoped(variable, type(of: value)) { $0.check(body) }
            return (.bind(variable: variable, value: value, body: body), type(of: body))
        }
    }

    private mutating func scoped(
        _ name: String,
        _ type: CELType,
        _ check: (inout Checker) -> Expression
    ) -> Expression {
        locals.append(Local(name: name, type: type))
        defer { locals.removeLast() }
        return check(&self)
    }
}

// MARK: - Lists, maps and macros

extension Checker {
    private mutating func resolveList(
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

    private mutating func resolveMap(
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

    private mutating func resolveComprehension(
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

extension Value {
    fileprivate var literalType: CELType {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        default: .dyn
        }
    }
}
