internal import Expressions
internal import ModelLanguage

extension Compilation {
    /// A rule of the model over a row that this expression reads.
    func modelCondition(
        _ rule: CheckedExpression,
        of row: Row,
        at expression: Expression
    ) throws(SQLCompileError) -> Condition {
        var compilation = Compilation(
            model: model,
            caller: caller,
            checked: rule,
            row: row,
            authority: .model,
            literals: .constants,
            parameters: parameters
        )
        compilation.subqueryDepth = subqueryDepth
        do throws(SQLCompileError) {
            return try compilation.condition(rule.root, .truth)
        } catch {
            throw SQLCompileError(
                "a rule of '\(row.collection.name)' that applies here: \(error.message)",
                at: expression.offset,
                hint: error.hint
            )
        }
    }

    /// In which rows of another table this expression may look: those of the caller's tenant, and
    /// with the caller's authority those that the caller may read.
    func visibility(of row: Row, at expression: Expression) throws(SQLCompileError) -> Condition {
        let tenancy = tenancy(of: row)
        guard authority == .caller else { return tenancy }
        let name = row.collection.name
        guard caller.reaches("read", of: name) else { return .never }
        if caller.isPermitted("read", of: name) { return tenancy }
        guard let rule = row.collection.rules.read else { return .never }
        return .all([tenancy, try modelCondition(rule, of: row, at: expression)], .truth)
    }

    /// Whether a row is of the tenant that the caller's session is in; without one none is.
    private func tenancy(of row: Row) -> Condition {
        switch row.collection.tenancy(of: caller, alias: row.alias, into: parameters) {
        case .always: .always
        case .never: .never
        case .sql(let sql): .test(sql, mayFail: true)
        }
    }

    /// A compilation of what stands in a subquery, and a name for its table.
    func enterSubquery(
        at expression: Expression
    ) throws(SQLCompileError) -> (inner: Compilation, alias: String) {
        let alias = parameters.newAlias()
        guard subqueryDepth < SQLBounds.subqueryDepth,
            parameters.aliasCount <= SQLBounds.subqueries
        else { throw .tooComplex(at: expression.offset) }
        var inner = self
        inner.subqueryDepth += 1
        return (inner, alias)
    }
}
