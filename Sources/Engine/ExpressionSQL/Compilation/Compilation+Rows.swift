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

    /// In which rows of another table this expression may look.
    func visibility(of row: Row, at expression: Expression) throws(SQLCompileError) -> Condition {
        guard authority == .caller else { return .always }
        if caller.permissions.contains("\(row.collection.name).read") { return .always }
        guard let rule = row.collection.rules.read else { return .never }
        return try modelCondition(rule, of: row, at: expression)
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
