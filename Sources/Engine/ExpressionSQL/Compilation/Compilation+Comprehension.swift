internal import Expressions
internal import ModelLanguage

/// What a macro runs over, as a subquery's FROM and WHERE.
private struct Range {
    let source: String
    /// What the macro's variable stands for.
    let element: Referent
    /// Which rows there are for the expression.
    let visibility: Condition
    /// Which of them belong to it.
    var conditions: [Condition] = []
    /// When the range itself is an error.
    var failures: [Failure]
    let compilation: Compilation

    struct Failure {
        /// 1 or 0.
        let test: String
        /// Whether there is no row at all where the test is 1.
        let leavesNothing: Bool
    }

    /// The subquery's text after SELECT, for the rows that satisfy a condition too; nil if
    /// there are none.
    func query(_ selection: String, where condition: Condition) -> String? {
        let rest = Condition.all(conditions + [condition], .truth)
        let visible = compilation.authority == .caller ? visibility.known : .always
        return switch Condition.all([visibility, rest.asked(where: visible)], .truth) {
        case .always: "SELECT \(selection) FROM \(source)"
        case .never, .failure: nil
        case let rest: "SELECT \(selection) FROM \(source) WHERE \(rest.sql)"
        }
    }

    /// Whether there are such rows: a condition that never fails.
    func exists(where condition: Condition) -> Condition {
        query("1", where: condition).map { .test("EXISTS (\($0))", mayFail: false) } ?? .never
    }

    func isEmpty(where condition: Condition) -> Condition {
        query("1", where: condition).map { .test("NOT EXISTS (\($0))", mayFail: false) } ?? .always
    }

    /// Adds what the range's own errors make of a condition over it.
    func guarded(
        _ condition: Condition,
        _ precision: Precision,
        isFalseOfNothing: Bool = false
    ) -> Condition {
        let relevant = failures.filter {
            precision == .exact || !isFalseOfNothing || !$0.leavesNothing
        }
        guard !relevant.isEmpty else { return condition }
        if precision == .truth {
            let sound = relevant.map { Condition.test("NOT (\($0.test))", mayFail: false) }
            return .all([condition] + sound, .truth)
        }
        return .guarded(condition.closed, by: relevant.map(\.test))
    }
}

extension Compilation {
    /// `exists`, `all` and `exists_one`; nil for the macros that yield no bool.
    func quantifier(
        _ comprehension: Expression.Comprehension,
        at expression: Expression,
        negated: Bool,
        _ precision: Precision
    ) throws(SQLCompileError) -> Condition? {
        guard let predicate = comprehension.predicate else { return nil }
        let macro = comprehension.macro
        guard macro != .filter, macro != .map else { return nil }
        if case .list(let elements, let optionals) = comprehension.range.kind, optionals.isEmpty,
            macro != .existsOne
        {
            return try unrolled(
                elements,
                comprehension.variable,
                predicate,
                isExistence: (macro == .exists) != negated,
                negated: negated,
                precision
            )
        }
        let range = try range(comprehension.range)
        var inner = range.compilation
        inner.locals[comprehension.variable] = range.element
        if macro == .existsOne {
            return try inner.uniqueness(predicate, in: range, negated: negated, precision)
        }
        // !exists(x, p) is all(x, !p), and !all(x, p) is exists(x, !p).
        return (macro == .exists) != negated
            ? try inner.existence(predicate, in: range, negated: negated, precision)
            : try inner.universality(predicate, in: range, negated: negated, precision)
    }

    /// Whether a predicate is true of an element: then errors in others do not matter.
    private func existence(
        _ predicate: Expression,
        in range: Range,
        negated: Bool,
        _ precision: Precision
    ) throws(SQLCompileError) -> Condition {
        let found = range.exists(where: try condition(predicate, negated: negated, .truth))
        if precision == .truth { return range.guarded(found, precision, isFalseOfNothing: true) }
        let exact = try condition(predicate, negated: negated, .exact)
        guard exact.mayFail else { return range.guarded(found, precision) }
        return range.guarded(
            combined(decisive: found, value: 1, unknown: range.exists(where: exact.isFailure)),
            precision
        )
    }

    /// Whether a predicate is true of all elements: then errors matter unless it is false of one.
    private func universality(
        _ predicate: Expression,
        in range: Range,
        negated: Bool,
        _ precision: Precision
    ) throws(SQLCompileError) -> Condition {
        let exact = try condition(predicate, negated: negated, .exact)
        let opposite = try condition(predicate, negated: !negated, .truth)
        guard exact.mayFail else {
            return range.guarded(range.isEmpty(where: opposite), precision)
        }
        if precision == .truth {
            let truth = try condition(predicate, negated: negated, .truth)
            let notTrue = Condition.test("\(truth.closed) IS NOT 1", mayFail: false)
            return range.guarded(range.isEmpty(where: notTrue), precision)
        }
        return range.guarded(
            combined(
                decisive: range.exists(where: opposite),
                value: 0,
                unknown: range.exists(where: exact.isFailure)
            ),
            precision
        )
    }

    /// The value if something is decisive, an error if something is unknown, else the opposite.
    private func combined(decisive: Condition, value: Int, unknown: Condition) -> Condition {
        .test(
            "CASE WHEN \(decisive.sql) THEN \(value) WHEN \(unknown.sql) THEN NULL ELSE \(1 - value) END",
            mayFail: true
        )
    }

    /// Whether a predicate is true of one element exactly; an error in any is an error of the whole.
    private func uniqueness(
        _ predicate: Expression,
        in range: Range,
        negated: Bool,
        _ precision: Precision
    ) throws(SQLCompileError) -> Condition {
        let truth = try condition(predicate, .truth)
        let exact = try condition(predicate, .exact)
        var range = range
        if exact.mayFail, let failure = range.exists(where: exact.isFailure).parts {
            range.failures.append(Range.Failure(test: failure.sql, leavesNothing: false))
        }
        let comparison = negated ? "<> 1" : "= 1"
        // Two are as many as it takes to know.
        let query = range.query("1", where: truth).map {
            "(SELECT count(*) FROM (\($0) LIMIT 2)) \(comparison)"
        }
        let condition = query.map { Condition.test($0, mayFail: false) } ?? .known(negated)
        return range.guarded(condition, precision, isFalseOfNothing: !negated)
    }

    /// `size` of a collection, or of a filter over that or over a list.
    func count(_ expression: Expression) throws(SQLCompileError) -> Operand {
        let range = try range(expression)
        let query = range.query("count(*)", where: .always).map { "(\($0))" } ?? "0"
        guard !range.failures.isEmpty else { return Operand(query, .integer) }
        let failed = range.failures.map(\.test).joined(separator: " OR ")
        return Operand(
            "(CASE WHEN \(failed) THEN NULL ELSE \(query) END)",
            .integer,
            failure: .whenNull
        )
    }
}

extension Compilation {
    func isFilter(_ expression: Expression) -> Bool {
        guard case .comprehension(let comprehension) = expression.kind else { return false }
        return comprehension.macro == .filter
    }
}

extension Condition {
    /// Whether it is an error, which is never one itself.
    fileprivate var isFailure: Condition {
        .test("\(closed) IS NULL", mayFail: false)
    }

    fileprivate var parts: (sql: String, mayFail: Bool)? {
        if case .test(let test) = self { (test.sql, test.mayFail) } else { nil }
    }
}

// MARK: - Ranges

extension Compilation {
    /// A collection, a list in a column, or those elements of either that pass filters.
    private func range(_ expression: Expression) throws(SQLCompileError) -> Range {
        switch expression.kind {
        case .comprehension(let comprehension) where comprehension.macro == .filter:
            return try filtered(comprehension, at: expression)
        case .identifier(let name):
            if case .collection(let collection) = try referent(name, at: expression) {
                let (inner, alias) = try enterSubquery(at: expression)
                let row = Row(collection: collection, alias: alias)
                return Range(
                    source: "\"\(collection.name)\" AS \(alias)",
                    element: .row(row),
                    visibility: try inner.visibility(of: row, at: expression),
                    failures: [],
                    compilation: inner
                )
            }
        default:
            break
        }
        let list = try operand(expression)
        guard case .list(let type) = list.type else {
            throw .unsupported("a macro over \(list.type.name)", at: expression.offset)
        }
        let (inner, alias) = try enterSubquery(at: expression)
        let isEmptyWhenNull = Range.Failure(test: "\(list.sql) IS NULL", leavesNothing: true)
        return Range(
            source: "json_each(\(list.sql)) AS \(alias)",
            element: .operand(try arrayElement(of: type, alias: alias, at: expression)),
            visibility: .always,
            failures: list.mayBeNull ? [isEmptyWhenNull] : [],
            compilation: inner
        )
    }

    /// `range.filter(x, predicate)`: an error in any element is an error of the whole.
    private func filtered(
        _ comprehension: Expression.Comprehension,
        at expression: Expression
    ) throws(SQLCompileError) -> Range {
        guard let predicate = comprehension.predicate else {
            throw .unsupported("filter()", at: expression.offset)
        }
        var range = try range(comprehension.range)
        var inner = range.compilation
        inner.locals[comprehension.variable] = range.element
        let exact = try inner.condition(predicate, .exact)
        if exact.mayFail, let failure = range.exists(where: exact.isFailure).parts {
            range.failures.append(Range.Failure(test: failure.sql, leavesNothing: false))
        }
        range.conditions.append(try inner.condition(predicate, .truth))
        return range
    }

    /// `exists` or `all` over a list that is written out: one condition for each element.
    private func unrolled(
        _ elements: [Expression],
        _ variable: String,
        _ predicate: Expression,
        isExistence: Bool,
        negated: Bool,
        _ precision: Precision
    ) throws(SQLCompileError) -> Condition {
        var terms: [Condition] = []
        var failures: [String] = []
        for element in elements {
            let operand = try operand(element)
            if let failure = operand.failureTest { failures.append(failure) }
            var inner = self
            inner.locals[variable] = .operand(operand)
            terms.append(try inner.condition(predicate, negated: negated, precision))
        }
        let whole = isExistence ? Condition.any(terms, precision) : .all(terms, precision)
        guard !failures.isEmpty else { return whole }
        return .guarded(whole.closed, by: failures)
    }
}
