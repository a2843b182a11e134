/// Finds the type of every node of an expression, and every mistake that types can show.
///
/// A node with a mistake has the type `dyn`, so that one mistake is reported once.
struct Checker {
    struct Local {
        let name: String
        let type: CELType
    }

    private static let errorLimit = 50

    let environment: Environment
    private let parsed: ParsedExpression
    private var types: [CELType]
    private var errors: [ExpressionError] = []
    var comprehensionDepth = 0
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

    /// Takes a mistake down; beyond a number that nobody reads, only the first ones count.
    mutating func report(_ message: String, at offset: Int, hint: String? = nil) {
        guard errors.count < Self.errorLimit else { return }
        errors.append(ExpressionError(message, at: offset, hint: hint))
    }

    /// The nearest of the names, while somebody may still read it: looking for it is slow.
    func suggestion(for name: String, among names: [String]) -> String? {
        errors.count < Self.errorLimit ? Spelling.hint(for: name, among: names) : nil
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

    mutating func scoped(
        _ name: String,
        _ type: CELType,
        _ check: (inout Checker) -> Expression
    ) -> Expression {
        locals.append(Local(name: name, type: type))
        defer { locals.removeLast() }
        return check(&self)
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
