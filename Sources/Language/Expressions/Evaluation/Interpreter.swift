/// Walks a program's nodes.
///
/// Every node visited, and every element or 16 bytes built or compared, is a step; their number is
/// bounded. The stack is bounded by the depth of the tree.
struct Interpreter {
    let activation: any Activation
    /// What the macros in scope have bound.
    var slots: [Value] = []
    var steps: Int

    init(activation: any Activation, steps: Int) {
        self.activation = activation
        self.steps = steps
    }

    mutating func charge(_ amount: Int, at offset: Int? = nil) throws(EvaluationError) {
        steps -= amount
        if steps <= 0 {
            throw EvaluationError(
                .costLimitExceeded,
                "cost limit exceeded: the expression takes too many steps",
                at: offset
            )
        }
    }

    mutating func evaluate(_ node: Node) throws(EvaluationError) -> Value {
        try charge(1)
        switch node {
        case .constant(let value):
            return value
        case .slot(let position):
            return slots[position]
        case .variable(let name, let offset):
            return try variable(name, at: offset)
        case .collection(let name, let offset):
            return try collection(name, at: offset)
        case .qualified(let parts, let offset):
            return try qualified(parts, at: offset)
        case .select(let operand, let field, let isOptional, let offset):
            let value = try evaluate(operand)
            return try value.select(field, isOptional: isOptional, at: offset)
        case .traverse(let operand, let object, let field, let isPresence, let offset):
            let record = try record(try evaluate(operand), of: object, at: offset)
            let value = try record.select(field, isOptional: false, at: offset)
            return isPresence ? .bool(!value.isNull) : value
        case .presence(let operand, let field, let offset):
            return .bool(try evaluate(operand).has(field, at: offset))
        case .index(let operand, let index, let isOptional, let offset):
            let value = try evaluate(operand)
            return try value.element(try evaluate(index), isOptional: isOptional, at: offset)
        case .and(let left, let right, let offset):
            return try logical(left, right, decidedBy: false, at: offset)
        case .or(let left, let right, let offset):
            return try logical(left, right, decidedBy: true, at: offset)
        case .conditional(let condition, let yes, let no, let offset):
            return try evaluate(truth(of: condition, at: offset) ? yes : no)
        case .comprehension(let comprehension, let offset):
            return try run(comprehension, at: offset)
        case .bind(_, let value, let body):
            slots.append(try evaluate(value))
            defer { slots.removeLast() }
            return try evaluate(body)
        case .otherwise(let optional, let other, let unwraps, let offset):
            if let held = try evaluate(optional).optionalContent(at: offset) {
                return unwraps ? held : .optional(held)
            }
            let fallback = try evaluate(other)
            return unwraps ? fallback : .optional(try fallback.optionalContent(at: offset))
        case .failure(let error):
            throw error
        default:
            return try operation(node)
        }
    }

    /// Operators and calls, which evaluate all of their operands first.
    private mutating func operation(_ node: Node) throws(EvaluationError) -> Value {
        switch node {
        case .not(let operand, let offset):
            return .bool(try !truth(of: operand, at: offset))
        case .equality(let left, let right, let isNegated):
            let leftValue = try evaluate(left)
            let rightValue = try evaluate(right)
            let isEqual = leftValue.isEqual(to: rightValue, steps: &steps)
            try charge(0)
            return .bool(isEqual != isNegated)
        case .comparison(let comparison, let left, let right, let offset):
            let leftValue = try evaluate(left)
            let rightValue = try evaluate(right)
            guard let ordering = leftValue.ordering(to: rightValue) else {
                throw .noOverload(comparison.rawValue, leftValue, rightValue, at: offset)
            }
            return .bool(comparison.holds(for: ordering))
        case .arithmetic(let operation, let left, let right, let offset):
            let leftValue = try evaluate(left)
            let rightValue = try evaluate(right)
            let result = try operation.apply(leftValue, rightValue, at: offset)
            try charge(result.weight, at: offset)
            return result
        case .negation(let operand, let offset):
            return try evaluate(operand).negated(at: offset)
        case .membership(let element, let container, let offset):
            return .bool(
                try isMember(try evaluate(element), of: try evaluate(container), at: offset)
            )
        case .list(let elements, let optionals, let offset):
            return try list(elements, optionals: optionals, at: offset)
        case .map(let entries, let offset):
            return try map(entries, at: offset)
        case .call(let callee, let arguments, let offset):
            return try call(callee, arguments, at: offset)
        case .matches(let operand, let expression, let offset):
            let value = try evaluate(operand)
            guard case .string(let text) = value else {
                throw .noOverload("matches", value, at: offset)
            }
            try charge(value.weight, at: offset)
            return .bool(expression.occurs(in: text))
        default:
            throw EvaluationError(.noSuchOverload, "this cannot be evaluated")
        }
    }
}
