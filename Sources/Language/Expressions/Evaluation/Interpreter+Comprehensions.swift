extension Interpreter {
    mutating func run(
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
