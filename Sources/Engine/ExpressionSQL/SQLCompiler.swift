package import Expressions
package import ModelLanguage

/// Compiles expressions of a model, and filters over it, into SQL for one class of callers.
///
/// A compiled condition selects exactly the rows for which the evaluator says true. A row for which
/// the evaluator has an error is not selected, and never fails the query. That rests on one idea:
/// CEL's `&&`, `||` and `!` over true, false and error are SQL's three-valued logic over 1, 0 and
/// NULL. So in a condition NULL is an error. In a value NULL may be CEL's null too; `Operand` keeps
/// the two apart.
///
/// Fragments of one statement share one `SQLParameters`. The alias of the table whose row the
/// expression is about is written as it is given: quote it if it needs that, and do not name it `t1`,
/// `t2` and so on, which are the names of subqueries' tables.
package struct SQLCompiler: Sendable {
    package let model: Model
    package let caller: CallerClass

    package init(model: Model, caller: CallerClass) {
        self.model = model
        self.caller = caller
    }

    /// How the literals of an expression become parameters.
    package enum Literals: Sendable {
        /// As constants, for what stands in the model.
        case constants
        /// As `ParameterSource.literal`, so that all filters with one template share the plan.
        case lifted
    }

    /// The condition that an expression of type bool states of a row of the collection.
    ///
    /// - Throws: The first thing in it that SQL cannot say with the same meaning.
    package func condition(
        _ expression: CheckedExpression,
        of collection: Collection,
        alias: String,
        authority: Authority = .model,
        literals: Literals = .constants,
        into parameters: SQLParameters
    ) throws(SQLCompileError) -> SQLCondition {
        let compilation = Compilation(
            model: model,
            caller: caller,
            checked: expression,
            row: Row(collection: collection, alias: alias),
            authority: authority,
            literals: literals,
            parameters: parameters
        )
        return try compilation.finishedCondition()
    }

    /// The condition that a caller's filter states of a row, its literals lifted.
    ///
    /// `visible` says which rows the caller may read, and stands beside the filter in the statement.
    /// What may take long is asked of these alone, so that no time tells of others.
    ///
    /// - Throws: The first thing in it that SQL cannot say with the same meaning.
    package func filter(
        _ expression: CheckedExpression,
        of collection: Collection,
        alias: String,
        where visible: SQLCondition,
        into parameters: SQLParameters
    ) throws(SQLCompileError) -> SQLCondition {
        let compilation = Compilation(
            model: model,
            caller: caller,
            checked: expression,
            row: Row(collection: collection, alias: alias),
            authority: .caller,
            literals: .lifted,
            parameters: parameters
        )
        return try compilation.finishedCondition(where: visible)
    }

    /// The condition that an expression states that is about no row, such as a view's `read` rule.
    package func condition(
        _ expression: CheckedExpression,
        into parameters: SQLParameters
    ) throws(SQLCompileError) -> SQLCondition {
        let compilation = Compilation(
            model: model,
            caller: caller,
            checked: expression,
            row: nil,
            authority: .model,
            literals: .constants,
            parameters: parameters
        )
        return try compilation.finishedCondition()
    }

    /// The value of an expression for a row of the collection, or, with aggregates, for a group of
    /// its rows.
    ///
    /// It is NULL where the expression is null or an error.
    package func value(
        _ expression: CheckedExpression,
        of collection: Collection,
        alias: String,
        authority: Authority = .model,
        literals: Literals = .constants,
        into parameters: SQLParameters
    ) throws(SQLCompileError) -> SQLFragment {
        let compilation = Compilation(
            model: model,
            caller: caller,
            checked: expression,
            row: Row(collection: collection, alias: alias),
            authority: authority,
            literals: literals,
            parameters: parameters
        )
        return try compilation.finishedValue()
    }
}
