internal import Expressions

extension Compilation {
    /// `element in list`.
    func membership(
        _ call: Call,
        negated: Bool,
        _ precision: Precision
    ) throws(SQLCompileError) -> Condition {
        let container = call.operands[1]
        if let known = try knownMembership(call.operands[0], container) {
            return .known(known != negated)
        }
        let element = try operand(call.operands[0])
        if case .list(let items, let optionals) = container.kind {
            guard optionals.isEmpty else {
                throw .unsupported("an optional element", at: container.offset)
            }
            return try membership(
                of: element,
                in: try operands(items),
                negated: negated,
                precision,
                at: call.expression
            )
        }
        guard !isCollection(container) else {
            throw .unsupported(
                "'in' over a collection",
                at: call.expression.offset,
                hint: "use exists(x, …)"
            )
        }
        let list = try operand(container)
        guard case .list(let type) = list.type else {
            throw .unsupported("'in' over \(list.type.name)", at: container.offset)
        }
        return try membership(
            of: element,
            inColumn: list,
            type,
            negated: negated,
            precision,
            at: call.expression
        )
    }

    /// What the caller's class decides: `auth.role in ["editor", "admin"]`.
    private func knownMembership(
        _ element: Expression,
        _ container: Expression
    ) throws(SQLCompileError) -> Bool? {
        guard caller.isSignedIn, case .list(let items, let optionals) = container.kind,
            optionals.isEmpty, try isCallersRole(element)
        else { return nil }
        let roles = items.compactMap(constantText)
        guard roles.count == items.count else { return nil }
        guard let role = caller.role else { return false }
        return roles.contains { $0.utf8.elementsEqual(role.utf8) }
    }

    /// Membership in a list that is written out.
    private func membership(
        of element: Operand,
        in items: [Operand],
        negated: Bool,
        _ precision: Precision,
        at expression: Expression
    ) throws(SQLCompileError) -> Condition {
        if element.failure == .always || items.contains(where: { $0.failure == .always }) {
            return .failure
        }
        let pairs = try items.map { item throws(SQLCompileError) in
            item.type == .null || element.type == .null
                ? (element, item) : try aligned(element, item, at: expression)
        }
        let failures = ([element] + items).compactMap(\.failureTest)
        if items.isEmpty {
            return failures.isEmpty ? .known(negated) : .guarded(negated ? "1" : "0", by: failures)
        }
        let isPlain =
            element.type != .null
            && items.allSatisfy { $0.type == element.type && !$0.mayBeNull }
        guard isPlain else {
            let same = Condition.disjunction(
                pairs.map { .test("\($0.sql) IS \($1.sql)", mayFail: false) }
            )
            return .guarded(negated ? "NOT \(same.closed)" : same.closed, by: failures)
        }
        let list = items.map(\.sql).joined(separator: ", ")
        let test = "\(element.sql) \(negated ? "NOT IN" : "IN") (\(list))"
        if !element.isNullable { return .test(test, mayFail: !failures.isEmpty) }
        if !negated, precision == .truth { return .test(test, mayFail: true) }
        // Null is in no list of values.
        let whole =
            negated
            ? "(\(element.sql) IS NULL OR \(test))" : "(\(element.sql) IS NOT NULL AND \(test))"
        return .guarded(whole, by: failures)
    }

    /// Membership in a column's JSON array, whose elements are never null.
    private func membership(
        of element: Operand,
        inColumn list: Operand,
        _ type: SQLType,
        negated: Bool,
        _ precision: Precision,
        at expression: Expression
    ) throws(SQLCompileError) -> Condition {
        if element.failure == .always || list.isHopeless { return .failure }
        var failures = element.failureTest.map { [$0] } ?? []
        if list.mayBeNull { failures.append("\(list.sql) IS NULL") }
        guard element.type != .null else {
            return .guarded(negated ? "1" : "0", by: failures)
        }
        let alias = try enterSubquery(at: expression).alias
        let item = try arrayElement(of: type, alias: alias, at: expression)
        let (left, right) = try aligned(item, element, at: expression)
        let test =
            "EXISTS (SELECT 1 FROM json_each(\(list.sql)) AS \(alias)"
            + " WHERE \(left.sql) = \(right.sql))"
        if !negated, precision == .truth { return .test(test, mayFail: !failures.isEmpty) }
        return .guarded(negated ? "NOT \(test)" : test, by: failures)
    }

    /// The element of a JSON array that `json_each` stands at.
    func arrayElement(
        of type: SQLType,
        alias: String,
        at expression: Expression
    ) throws(SQLCompileError) -> Operand {
        switch type {
        case .text, .integer, .boolean:
            return Operand("\(alias).value", type)
        case .real:
            return Operand("CAST(\(alias).value AS REAL)", type)
        case .null, .timestamp, .duration, .list, .json:
            throw .unsupported(
                "a look at the elements of list(\(type.name))",
                at: expression.offset
            )
        }
    }
}
