extension Arithmetic {
    /// The result of an operator; integers that leave 64 bits and times out of range are errors.
    func apply(_ left: Value, _ right: Value, at offset: Int) throws(EvaluationError) -> Value {
        switch (left, right) {
        case (.int(let left), .int(let right)):
            return .int(try integer(left, right, at: offset))
        case (.uint(let left), .uint(let right)):
            return .uint(try integer(left, right, at: offset))
        case (.double(let leftNumber), .double(let rightNumber)):
            switch self {
            case .add: return .double(leftNumber + rightNumber)
            case .subtract: return .double(leftNumber - rightNumber)
            case .multiply: return .double(leftNumber * rightNumber)
            case .divide: return .double(leftNumber / rightNumber)
            case .modulo: break
            }
        case (.string(let left), .string(let right)) where self == .add:
            return .string(left + right)
        case (.bytes(let left), .bytes(let right)) where self == .add:
            return .bytes(left + right)
        case (.list(let left), .list(let right)) where self == .add:
            return .list(left + right)
        default:
            if let result = try time(left, right, at: offset) { return result }
        }
        throw .noOverload(rawValue, left, right, at: offset)
    }

    private func integer<T: FixedWidthInteger>(
        _ left: T,
        _ right: T,
        at offset: Int
    ) throws(EvaluationError) -> T {
        let result: (partialValue: T, overflow: Bool)
        switch self {
        case .add: result = left.addingReportingOverflow(right)
        case .subtract: result = left.subtractingReportingOverflow(right)
        case .multiply: result = left.multipliedReportingOverflow(by: right)
        case .divide, .modulo:
            guard right != 0 else {
                let what = self == .divide ? "division" : "modulo"
                throw EvaluationError(.divisionByZero, "\(what) by zero", at: offset)
            }
            result =
                self == .divide
                ? left.dividedReportingOverflow(by: right)
                : left.remainderReportingOverflow(dividingBy: right)
        }
        guard !result.overflow else {
            throw EvaluationError(.overflow, "integer overflow", at: offset)
        }
        return result.partialValue
    }

    /// Sums and differences of timestamps and durations; nil for other types.
    private func time(
        _ left: Value,
        _ right: Value,
        at offset: Int
    ) throws(EvaluationError) -> Value? {
        let result: Value?
        switch (self, left, right) {
        case (.add, .timestamp(let instant), .duration(let duration)),
            (.add, .duration(let duration), .timestamp(let instant)):
            result = instant.advanced(by: duration).map(Value.timestamp)
        case (.subtract, .timestamp(let instant), .duration(let duration)):
            result = instant.advanced(by: .zero - duration).map(Value.timestamp)
        case (.subtract, .timestamp(let left), .timestamp(let right)):
            result = left.duration(since: right).map(Value.duration)
        case (.add, .duration(let left), .duration(let right)):
            result = Duration.bounded(left + right).map(Value.duration)
        case (.subtract, .duration(let left), .duration(let right)):
            result = Duration.bounded(left - right).map(Value.duration)
        default:
            return nil
        }
        guard let result else {
            throw EvaluationError(.overflow, "the time is out of range", at: offset)
        }
        return result
    }
}

extension Value {
    /// `-value`.
    func negated(at offset: Int) throws(EvaluationError) -> Value {
        switch self {
        case .int(let number):
            guard number != .min else {
                throw EvaluationError(.overflow, "integer overflow", at: offset)
            }
            return .int(-number)
        case .double(let number):
            return .double(-number)
        default:
            throw .noOverload("-", self, at: offset)
        }
    }
}
