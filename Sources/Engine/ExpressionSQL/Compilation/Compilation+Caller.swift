internal import Expressions
internal import ModelLanguage
internal import Storage

extension Compilation {
    /// `auth.field`: known from the caller's class, or a parameter; an error without a caller, and
    /// where it is the account, without one.
    func callerField(
        _ name: String,
        at expression: Expression
    ) throws(SQLCompileError) -> Operand {
        switch name {
        case "id", "account":
            // It must not be bound to NULL: IS would find what belongs to nobody.
            guard caller.hasAccount else { return .failed(.text) }
            return Operand(parameters.bind(.authID), .text)
        case "role":
            guard caller.isSignedIn else { return .failed(.text) }
            guard let role = caller.role else { return .null }
            return Operand(parameters.bind(.constant(.text(role))), .text)
        default:
            guard let fact = CallerFact(rawValue: name) else {
                throw .unsupported("'auth.\(name)'", at: expression.offset)
            }
            return caller.isSignedIn ? operand(of: fact) : .failed(fact.type)
        }
    }

    /// `request.field`: always a parameter.
    func requestField(
        _ name: String,
        at expression: Expression
    ) throws(SQLCompileError) -> Operand {
        guard let fact = CallerFact(rawValue: name) else {
            throw .unsupported("'request.\(name)'", at: expression.offset)
        }
        return operand(of: fact)
    }

    private func operand(of fact: CallerFact) -> Operand {
        Operand(parameters.bind(.fact(fact)), fact.type, isNullable: fact.isNullable)
    }

    /// `auth.can("posts.delete")` and `auth.hasRole("editor")`.
    func holding(
        _ call: Call,
        negated: Bool,
        _ precision: Precision
    ) throws(SQLCompileError) -> Condition? {
        guard call.hasTarget, case .identifier(let name) = call.operands[0].kind,
            case .caller = try referent(name, at: call.operands[0])
        else { return nil }
        guard caller.isSignedIn else { return .failure }
        let all = call.function == "can" ? caller.permissions : caller.roles
        let argument = call.operands[1]
        if let text = constantText(argument) {
            return .known(all.contains(text) != negated)
        }
        let asked = try operand(argument)
        guard !asked.isHopeless else { return .failure }
        let held = all.sorted().map { parameters.bind(.constant(.text($0))) }
        let list = held.joined(separator: ", ")
        let test = "\(asked.sql) \(negated ? "NOT IN" : "IN") (\(list))"
        // SQL's IN over an empty list is false even for NULL.
        guard held.isEmpty else { return .strict(test, of: [asked]) }
        return .guarded(
            negated ? "1" : "0",
            by: asked.mayBeNull ? ["\(asked.sql) IS NULL"] : []
        )
    }
}

extension CallerFact {
    fileprivate var type: SQLType {
        switch self {
        case .tenant, .impersonator, .address, .method: .text
        case .mfa, .verified, .anonymous, .secure: .boolean
        case .authenticated: .timestamp
        }
    }

    fileprivate var isNullable: Bool {
        self == .tenant || self == .impersonator
    }
}
