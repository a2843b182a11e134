internal import Expressions

extension Compilation {
    /// `+`, `-`, `*`, `/`, `%` and the sign.
    func arithmetic(_ call: Call) throws(SQLCompileError) -> Operand {
        for expression in call.operands where checked.type(of: expression).unwrapped == .uint {
            throw .unsupported("arithmetic of uint", at: call.expression.offset, hint: "use int")
        }
        if call.operands.count == 1 { return try negation(call) }
        let left = try operand(call.operands[0])
        if call.function == "_/_", left.type == .real { return try quotient(left, call) }
        let right = try operand(call.operands[1])
        let symbol = String(call.function.dropFirst().dropLast())
        // A side that fails for every row may not have a type of its own.
        switch (left.type, right.type) {
        case (.null, _), (_, .null):
            return .failed(left.type == .null ? right.type : left.type)
        case (.integer, .integer):
            return try integers(symbol, left, right)
        case (.real, .real):
            return try doubles(symbol, left, right, call)
        case (.text, .text) where symbol == "+":
            return .strict("(\(left.sql) || \(right.sql))", .text, of: [left, right])
        default:
            return try times(symbol, left, right, call)
        }
    }

    /// Integers that leave 64 bits are errors, and so is a division by zero.
    private func integers(
        _ symbol: String,
        _ left: Operand,
        _ right: Operand
    ) throws(SQLCompileError) -> Operand {
        let name =
            switch symbol {
            case "+": "mainstay_add"
            case "-": "mainstay_sub"
            case "*": "mainstay_mul"
            case "/": "mainstay_div"
            default: "mainstay_mod"
            }
        return .strict(
            "\(name)(\(left.sql), \(right.sql))",
            .integer,
            of: [left, right],
            mayFail: true
        )
    }

    private func negation(_ call: Call) throws(SQLCompileError) -> Operand {
        let operand = try operand(call.operands[0])
        switch operand.type {
        case .integer:
            return .strict("mainstay_neg(\(operand.sql))", .integer, of: [operand], mayFail: true)
        case .real:
            return .strict("(-\(operand.sql))", .real, of: [operand], isFinite: operand.isFinite)
        case .null:
            return .failed(.integer)
        default:
            throw .unsupported("the negative of \(operand.type.name)", at: call.expression.offset)
        }
    }

    /// Doubles have infinities in SQL, but no NaN: what might be one is refused.
    private func doubles(
        _ symbol: String,
        _ left: Operand,
        _ right: Operand,
        _ call: Call
    ) throws(SQLCompileError) -> Operand {
        switch symbol {
        case "+", "-":
            guard left.isFinite || right.isFinite else { throw .mayBeNaN(at: call.expression) }
            return .strict(
                "(\(left.sql) \(symbol) \(right.sql))",
                .real,
                of: [left, right],
                isFinite: false
            )
        case "*":
            if left.isFinite, right.isFinite {
                return .strict(
                    "(\(left.sql) * \(right.sql))",
                    .real,
                    of: [left, right],
                    isFinite: false
                )
            }
            if let factor = try nonzero(call.operands[1]) {
                return .strict("(\(left.sql) * \(factor))", .real, of: [left], isFinite: false)
            }
            if let factor = try nonzero(call.operands[0]) {
                return .strict("(\(factor) * \(right.sql))", .real, of: [right], isFinite: false)
            }
            throw .mayBeNaN(at: call.expression)
        default:
            throw .unsupported("'\(symbol)' of doubles", at: call.expression.offset)
        }
    }

    /// A division of doubles; by zero it would be infinite or NaN.
    private func quotient(_ left: Operand, _ call: Call) throws(SQLCompileError) -> Operand {
        guard let divisor = try nonzero(call.operands[1]) else {
            throw .unsupported(
                "a division by a double that may be zero",
                at: call.expression.offset,
                hint: "divide by a number that is written out and is not zero"
            )
        }
        return .strict("(\(left.sql) / \(divisor))", .real, of: [left], isFinite: false)
    }

    /// The placeholder of a double that is written out and must not be zero; nil for anything else.
    private func nonzero(_ expression: Expression) throws(SQLCompileError) -> String? {
        guard case .literal(let value) = expression.kind, case .double = value else { return nil }
        return try bind(value, as: .nonzeroReal, at: expression)
    }
}

extension SQLCompileError {
    fileprivate static func mayBeNaN(at expression: Expression) -> SQLCompileError {
        .unsupported(
            "arithmetic of doubles that may be infinite",
            at: expression.offset,
            hint: "combine fewer of them"
        )
    }
}
