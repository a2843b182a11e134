internal import Expressions
internal import Storage

extension Compilation {
    /// `auth.field`: known from the caller's class, or a parameter; an error without a caller.
    func callerField(
        _ name: String,
        at expression: Expression
    ) throws(SQLCompileError) -> Operand {
        let declared = checked.type(of: expression)
        guard let type = SQLType(declared.unwrapped) else {
            throw .unsupported("'auth.\(name)'", at: expression.offset)
        }
        guard caller.isSignedIn else { return .failed(type) }
        switch name {
        case "id":
            return Operand(parameters.bind(.authID), .text)
        case "role":
            guard let role = caller.role else { return .null }
            return Operand(parameters.bind(.constant(.text(role))), .text)
        default:
            // Whoever runs the statement may not know the field.
            let sql = parameters.bind(.authField(name))
            let isNullable = declared.isNullable
            return Operand(
                sql,
                type,
                isNullable: isNullable,
                failure: isNullable ? .never : .whenNull
            )
        }
    }

    /// `auth.can("posts.delete")`.
    func permission(
        _ call: Call,
        negated: Bool,
        _ precision: Precision
    ) throws(SQLCompileError) -> Condition? {
        guard call.hasTarget, case .identifier(let name) = call.operands[0].kind,
            case .caller = try referent(name, at: call.operands[0])
        else { return nil }
        guard caller.isSignedIn else { return .failure }
        let argument = call.operands[1]
        if let permission = constantText(argument) {
            return .known(caller.permissions.contains(permission) != negated)
        }
        let permission = try operand(argument)
        guard !permission.isHopeless else { return .failure }
        let held = caller.permissions.sorted().map { parameters.bind(.constant(.text($0))) }
        let list = held.joined(separator: ", ")
        let test = "\(permission.sql) \(negated ? "NOT IN" : "IN") (\(list))"
        // SQL's IN over an empty list is false even for NULL.
        guard held.isEmpty else { return .strict(test, of: [permission]) }
        return .guarded(
            negated ? "1" : "0",
            by: permission.mayBeNull ? ["\(permission.sql) IS NULL"] : []
        )
    }
}
