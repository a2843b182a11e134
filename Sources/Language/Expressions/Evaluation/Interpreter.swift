/// Walks a program's nodes.
///
/// Every node visited, and every element or 16 bytes built or compared, is a step; their number is
/// bounded. The stack is bounded by the depth of the tree.
struct Interpreter {
    private let activation: any Activation
    /// What the macros in scope have bound.
    private var slots: [Value] = []
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
            let held = try evaluate(optional).optionalContent(at: offset)
            guard let held else { return try evaluate(other) }
            return unwraps ? held : .optional(held)
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

// MARK: - Names

extension Interpreter {
    private func variable(_ name: String, at offset: Int) throws(EvaluationError) -> Value {
        if let value = activation.value(of: name) { return value }
        throw EvaluationError(.noSuchVariable, "'\(name)' has no value", at: offset)
    }

    private func collection(_ name: String, at offset: Int) throws(EvaluationError) -> Value {
        if let records = activation.value(of: name) { return records }
        throw EvaluationError(
            .needsDatabase,
            "the collection '\(name)' can only be asked about in the database here",
            at: offset
        )
    }

    private func qualified(_ parts: [String], at offset: Int) throws(EvaluationError) -> Value {
        for count in stride(from: parts.count, to: 0, by: -1) {
            let name = parts[..<count].joined(separator: ".")
            guard var value = activation.value(of: name) else { continue }
            for field in parts[count...] {
                value = try value.select(field, isOptional: false, at: offset)
            }
            return value
        }
        let name = parts.joined(separator: ".")
        throw EvaluationError(.noSuchVariable, "'\(name)' has no value", at: offset)
    }

    private func record(
        _ reference: Value,
        of object: String,
        at offset: Int
    ) throws(EvaluationError) -> Value {
        switch reference {
        case .object, .map:
            return reference
        case .string(let id):
            if let record = activation.record(of: object, id: id) { return record }
            throw EvaluationError(
                .needsDatabase,
                "a record of '\(object)' has to be read, which only the database can do here",
                at: offset
            )
        default:
            throw .noOverload("a relation", reference, at: offset)
        }
    }
}

// MARK: - Logic

extension Interpreter {
    private mutating func truth(of node: Node, at offset: Int) throws(EvaluationError) -> Bool {
        let value = try evaluate(node)
        guard case .bool(let truth) = value else {
            throw .noOverload("a condition", value, at: offset)
        }
        return truth
    }

    /// `&&` or `||`: the value that decides it wins over an error on the other side, whichever
    /// side it is on.
    private mutating func logical(
        _ left: Node,
        _ right: Node,
        decidedBy decisive: Bool,
        at offset: Int
    ) throws(EvaluationError) -> Value {
        var failure: EvaluationError?
        do throws(EvaluationError) {
            if try truth(of: left, at: offset) == decisive { return .bool(decisive) }
        } catch {
            failure = try absorbed(error)
        }
        do throws(EvaluationError) {
            if try truth(of: right, at: offset) == decisive { return .bool(decisive) }
        } catch {
            throw failure ?? error
        }
        if let failure { throw failure }
        return .bool(!decisive)
    }

    /// The error, if it may be outweighed; running out of steps may not.
    private func absorbed(_ error: EvaluationError) throws(EvaluationError) -> EvaluationError {
        if error.kind == .costLimitExceeded { throw error }
        return error
    }
}

// MARK: - Comprehensions

extension Interpreter {
    private mutating func run(
        _ comprehension: Node.Comprehension,
        at offset: Int
    ) throws(EvaluationError) -> Value {
        let range = try evaluate(comprehension.range)
        let elements: [Value]
        switch range {
        case .list(let list): elements = list
        case .map(let map): elements = map.entries.map(\.key)
        default: throw .noOverload(comprehension.macro.rawValue, range, at: offset)
        }
        slots.append(.null)
        defer { slots.removeLast() }
        switch comprehension.macro {
        case .all: return try quantify(elements, comprehension, decidedBy: false, at: offset)
        case .exists: return try quantify(elements, comprehension, decidedBy: true, at: offset)
        case .existsOne, .filter, .map: return try collect(elements, comprehension, at: offset)
        }
    }

    private mutating func quantify(
        _ elements: [Value],
        _ comprehension: Node.Comprehension,
        decidedBy decisive: Bool,
        at offset: Int
    ) throws(EvaluationError) -> Value {
        guard let predicate = comprehension.predicate else { return .bool(!decisive) }
        var failure: EvaluationError?
        for element in elements {
            slots[comprehension.slot] = element
            do throws(EvaluationError) {
                if try truth(of: predicate, at: offset) == decisive { return .bool(decisive) }
            } catch {
                let error = try absorbed(error)
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return .bool(!decisive)
    }

    private mutating func collect(
        _ elements: [Value],
        _ comprehension: Node.Comprehension,
        at offset: Int
    ) throws(EvaluationError) -> Value {
        var result: [Value] = []
        for element in elements {
            slots[comprehension.slot] = element
            if let predicate = comprehension.predicate {
                guard try truth(of: predicate, at: offset) else { continue }
            }
            if let transform = comprehension.transform {
                result.append(try evaluate(transform))
            } else {
                result.append(element)
            }
        }
        return comprehension.macro == .existsOne ? .bool(result.count == 1) : .list(result)
    }
}

// MARK: - Lists, maps and calls

extension Interpreter {
    private mutating func list(
        _ elements: [Node],
        optionals: Set<Int>,
        at offset: Int
    ) throws(EvaluationError) -> Value {
        var result: [Value] = []
        result.reserveCapacity(elements.count)
        for (position, element) in elements.enumerated() {
            let value = try evaluate(element)
            guard optionals.contains(position) else {
                result.append(value)
                continue
            }
            if let held = try value.optionalContent(at: offset) { result.append(held) }
        }
        return .list(result)
    }

    private mutating func map(
        _ entries: [Node.Entry],
        at offset: Int
    ) throws(EvaluationError) -> Value {
        var result = ValueMap()
        for entry in entries {
            let key = try evaluate(entry.key)
            var value = try evaluate(entry.value)
            if entry.isOptional {
                guard let held = try value.optionalContent(at: offset) else { continue }
                value = held
            }
            if case .double = key {
                throw EvaluationError(.invalidArgument, "a double cannot be a key", at: offset)
            }
            guard !result.contains(key) else {
                throw EvaluationError(.invalidArgument, "a key is there twice", at: offset)
            }
            guard result.set(key, to: value) else {
                throw EvaluationError(
                    .invalidArgument,
                    "a value of type \(key.typeName) cannot be a key",
                    at: offset
                )
            }
        }
        return .map(result)
    }

    private mutating func isMember(
        _ element: Value,
        of container: Value,
        at offset: Int
    ) throws(EvaluationError) -> Bool {
        switch container {
        case .list(let elements):
            let found = elements.contains { element.isEqual(to: $0, steps: &steps) }
            try charge(0, at: offset)
            return found
        case .map(let map):
            return map.contains(element)
        default:
            throw .noOverload("in", element, container, at: offset)
        }
    }

    private mutating func call(
        _ callee: Node.Callee,
        _ arguments: [Node],
        at offset: Int
    ) throws(EvaluationError) -> Value {
        var values: [Value] = []
        values.reserveCapacity(arguments.count)
        for argument in arguments {
            let value = try evaluate(argument)
            try charge(value.weight, at: offset)
            values.append(value)
        }
        guard let function = callee.functions.first(where: { $0.accepts(values) }) else {
            throw .noOverload(callee.name, values, at: offset)
        }
        guard let implementation = function.implementation else {
            throw EvaluationError(
                .needsDatabase,
                "'\(callee.name)' is computed by the database only",
                at: offset
            )
        }
        do throws(EvaluationError) {
            let result = try implementation(values)
            try charge(result.weight, at: offset)
            return result
        } catch {
            var error = error
            if error.offset == nil { error.offset = offset }
            throw error
        }
    }
}
