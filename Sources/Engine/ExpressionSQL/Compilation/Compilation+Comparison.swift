internal import Expressions

extension Compilation {
    /// `==`, or `!=` if negated.
    func equality(
        _ call: Call,
        negated: Bool,
        _ precision: Precision
    ) throws(SQLCompileError) -> Condition {
        let (left, right) = (call.operands[0], call.operands[1])
        if let (sealed, other) = try sealedSides(left, right) {
            return try sealedEquality(sealed, other, negated: negated, precision, at: call)
        }
        for (object, other) in [(left, right), (right, left)] {
            if let known = try knownEquality(object, other) { return .known(known != negated) }
        }
        if let list = emptyListComparison(left, right) ?? emptyListComparison(right, left) {
            return emptinessTest(try operand(list), negated: negated)
        }
        if case .list = checked.type(of: left).unwrapped,
            case .list = checked.type(of: right).unwrapped
        {
            throw .unsupported(
                "a comparison of lists",
                at: call.expression.offset,
                hint: "compare with [], or compare their sizes or elements"
            )
        }
        return try equality(
            try operand(left),
            try operand(right),
            negated: negated,
            precision,
            at: call.expression
        )
    }

    /// What the caller's class decides: `auth == null` and `auth.role == "editor"`.
    private func knownEquality(
        _ object: Expression,
        _ other: Expression
    ) throws(SQLCompileError) -> Bool? {
        if let role = constantText(other), try isCallersRole(object), caller.isSignedIn {
            return caller.role?.utf8.elementsEqual(role.utf8) ?? false
        }
        guard case .literal(.null) = other.kind, case .identifier(let name) = object.kind
        else { return nil }
        switch try referent(name, at: object) {
        case .caller: return !caller.isSignedIn
        case .row: return false
        case .operand, .collection, .request: return nil
        }
    }

    /// Whether an expression is `auth.role`.
    func isCallersRole(_ expression: Expression) throws(SQLCompileError) -> Bool {
        guard case .select(let operand, "role", false) = expression.kind,
            case .identifier(let name) = operand.kind,
            case .caller = try referent(name, at: operand)
        else { return false }
        return true
    }

    /// The text of a string literal that is the same whenever the plan is used.
    func constantText(_ expression: Expression) -> String? {
        guard case .literal(.string(let text)) = expression.kind,
            literalPositions[expression.id] == nil
        else { return nil }
        return text
    }

    /// The list of a comparison with `[]`, which needs no look at its elements.
    private func emptyListComparison(_ list: Expression, _ other: Expression) -> Expression? {
        guard case .list(let elements, _) = other.kind, elements.isEmpty else { return nil }
        if case .list = list.kind { return nil }
        return list
    }

    private func emptinessTest(_ list: Operand, negated: Bool) -> Condition {
        let length = "json_array_length(\(list.sql))"
        guard list.isNullable else {
            return .strict("\(length) \(negated ? "<>" : "=") 0", of: [list])
        }
        // Null is no list, not an empty one either.
        if list.failure == .always { return .failure }
        let failures = [list.failureTest].compactMap(\.self)
        return .guarded("\(length) \(negated ? "IS NOT" : "IS") 0", by: failures)
    }

    /// Equality of two values, null being equal to null only.
    func equality(
        _ left: Operand,
        _ right: Operand,
        negated: Bool,
        _ precision: Precision,
        at expression: Expression
    ) throws(SQLCompileError) -> Condition {
        if left.failure == .always || right.failure == .always { return .failure }
        if left.type == .null { return nullTest(right, negated: negated, precision) }
        if right.type == .null { return nullTest(left, negated: negated, precision) }
        let (left, right) = try aligned(left, right, at: expression)
        let failures = [left.failureTest, right.failureTest].compactMap(\.self)
        let plain = "\(left.sql) \(negated ? "<>" : "=") \(right.sql)"
        if !left.isNullable, !right.isNullable {
            return .test(plain, mayFail: !failures.isEmpty)
        }
        // NULL from one null side is as good as false where only truth matters.
        let hasOneNullable = left.isNullable != right.isNullable
        if !negated, precision == .truth, hasOneNullable { return .test(plain, mayFail: true) }
        let distinct = "\(left.sql) \(negated ? "IS NOT" : "IS") \(right.sql)"
        return .guarded(distinct, by: failures)
    }

    /// `value == null`, or `value != null` if negated.
    func nullTest(_ value: Operand, negated: Bool, _ precision: Precision) -> Condition {
        if value.failure == .always { return .failure }
        if value.type == .json {
            // JSON's own null is null too.
            let test = "coalesce(\(value.sql), 'null') \(negated ? "<>" : "=") 'null'"
            return .guarded(test, by: value.failureTest.map { [$0] } ?? [])
        }
        let test = "\(value.sql) \(negated ? "IS NOT NULL" : "IS NULL")"
        guard let failure = value.failureTest else {
            return value.isNullable ? .test(test, mayFail: false) : .known(negated)
        }
        if precision == .truth {
            // Where it is an error it is NULL, so what is not NULL is neither.
            if negated { return .test(test, mayFail: true) }
            if !value.isNullable { return .never }
        }
        return .guarded(test, by: [failure])
    }

    /// `<`, `<=`, `>` and `>=`.
    func ordering(_ call: Call, negated: Bool) throws(SQLCompileError) -> Condition {
        let left = try operand(call.operands[0])
        let right = try operand(call.operands[1])
        if left.isHopeless || right.isHopeless { return .failure }
        let (low, high) = try aligned(left, right, at: call.expression)
        let comparison =
            switch (call.function, negated) {
            case ("_<_", false), ("_>=_", true): "<"
            case ("_<=_", false), ("_>_", true): "<="
            case ("_>_", false), ("_<=_", true): ">"
            default: ">="
            }
        return .strict("\(low.sql) \(comparison) \(high.sql)", of: [low, high])
    }

    /// Both sides as one type.
    ///
    /// An integer beside a double is compared as a double, as cel-spec has it.
    func aligned(
        _ left: Operand,
        _ right: Operand,
        at expression: Expression
    ) throws(SQLCompileError) -> (Operand, Operand) {
        for operand in [left, right] where !operand.type.isOrdered {
            throw .unsupported(
                "a comparison of \(operand.type.name)",
                at: expression.offset,
                hint: operand.type == .json ? "compare it with null" : "compare its elements"
            )
        }
        switch (left.type, right.type) {
        case (.integer, .real): return (left.asReal, right)
        case (.real, .integer): return (left, right.asReal)
        case _ where left.type == right.type: return (left, right)
        default:
            throw .unsupported(
                "a comparison of \(left.type.name) with \(right.type.name)",
                at: expression.offset
            )
        }
    }
}

extension Operand {
    /// An integer as a double.
    var asReal: Operand {
        let sql = "CAST(\(sql) AS REAL)"
        return Operand(sql, .real, isNullable: isNullable, failure: failure)
    }
}
