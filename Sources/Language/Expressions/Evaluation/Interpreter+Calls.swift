extension Interpreter {
    mutating func list(
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

    mutating func map(
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

    mutating func isMember(
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

    mutating func call(
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
