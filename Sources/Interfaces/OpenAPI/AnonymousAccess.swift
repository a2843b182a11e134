import Expressions

/// Whether a rule can hold for a caller who is not signed in, judged without any data.
///
/// With `auth` null, what compares with `auth.id` never holds; the rest may or may not.
enum AnonymousAccess {
    private enum Verdict {
        case always, never, perhaps
    }

    /// `isTenants` says whether the records are kept apart by tenant: whoever is not signed in is in
    /// none.
    static func isPossible(under rule: CheckedExpression?, isTenants: Bool) -> Bool {
        guard let rule, !isTenants else { return false }
        return verdict(of: rule.root) != .never
    }

    /// Whether the rule holds for everybody, whatever the record.
    static func isCertain(under rule: CheckedExpression?) -> Bool {
        guard let rule else { return false }
        return verdict(of: rule.root) == .always
    }

    private static func verdict(of expression: Expression) -> Verdict {
        switch expression.kind {
        case .literal(.bool(let flag)):
            flag ? .always : .never
        case .call(let function, let target, let arguments):
            verdict(ofCall: function, operands: (target.map { [$0] } ?? []) + arguments)
        default:
            readsCaller(expression) ? .never : .perhaps
        }
    }

    private static func verdict(ofCall function: String, operands: [Expression]) -> Verdict {
        switch function {
        case "_&&_":
            let sides = operands.map(verdict(of:))
            if sides.contains(.never) { return .never }
            return sides.allSatisfy { $0 == .always } ? .always : .perhaps
        case "_||_":
            let sides = operands.map(verdict(of:))
            if sides.contains(.always) { return .always }
            return sides.allSatisfy { $0 == .never } ? .never : .perhaps
        case "_==_" where operands.contains(where: isCaller):
            return operands.contains(where: isNull) ? .always : .perhaps
        case "_!=_" where operands.contains(where: isCaller):
            return operands.contains(where: isNull) ? .never : .perhaps
        case "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "can", "hasRole":
            return operands.contains(where: readsCaller) ? .never : .perhaps
        default:
            return .perhaps
        }
    }

    private static func isCaller(_ expression: Expression) -> Bool {
        if case .identifier("auth") = expression.kind { true } else { false }
    }

    private static func isNull(_ expression: Expression) -> Bool {
        if case .literal(.null) = expression.kind { true } else { false }
    }

    /// Whether the value is a part of the caller, which nobody who is not signed in has.
    private static func readsCaller(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .identifier(let name): name == "auth"
        case .select(let operand, _, let isOptional): !isOptional && readsCaller(operand)
        case .call(_, let target?, _): readsCaller(target)
        default: false
        }
    }
}
