internal import Expressions
internal import ModelLanguage

/// A table's row that an expression is about.
struct Row {
    let collection: Collection
    let alias: String
}

/// One expression on its way into SQL.
///
/// Negations are pushed down to the tests while compiling (`negated`): De Morgan's laws and
/// `!exists(x, p) == all(x, !p)` hold with errors too, and what is left are plain comparisons that can use
/// indexes. `Precision` says whether false and an error have to be kept apart, which only
/// matters below an operator other than `&&`, `||` and `!`.
struct Compilation {
    let model: Model
    let caller: CallerClass
    let checked: CheckedExpression
    /// The row that the expression is about; none in a view's rules.
    let row: Row?
    let authority: Authority
    let literals: SQLCompiler.Literals
    let parameters: SQLParameters
    /// The position of each literal by its expression's id, where literals are lifted.
    private(set) var literalPositions: [Int: Int] = [:]
    /// What macros and `cel.bind` bind.
    var locals: [String: Referent] = [:]
    /// How deep in subqueries this is.
    var subqueryDepth = 0

    init(
        model: Model,
        caller: CallerClass,
        checked: CheckedExpression,
        row: Row?,
        authority: Authority,
        literals: SQLCompiler.Literals,
        parameters: SQLParameters
    ) {
        self.model = model
        self.caller = caller
        self.checked = checked
        self.row = row
        self.authority = authority
        self.literals = literals
        self.parameters = parameters
        if case .lifted = literals {
            literalPositions = Dictionary(
                checked.literals.enumerated().map { ($1, $0) },
                uniquingKeysWith: { first, _ in first }
            )
        }
    }
}

// MARK: - Results

extension Compilation {
    /// The expression as a whole; `visible` says of which rows the caller may know whether it is true.
    func finishedCondition(
        where visible: SQLCondition = .always
    ) throws(SQLCompileError) -> SQLCondition {
        let count = parameters.sources.count
        let condition = try condition(checked.root, .truth)
        let sql = condition.term
        parameters.trim(to: count, usedBy: sql)
        if case .sql(let sql) = condition.known { try SQLBounds.check(sql) }
        return condition.asked(where: visible).known
    }

    func finishedValue() throws(SQLCompileError) -> SQLFragment {
        let count = parameters.sources.count
        let operand = try operand(checked.root)
        parameters.trim(to: count, usedBy: operand.sql)
        try SQLBounds.check(operand.sql)
        return SQLFragment(sql: operand.sql, type: operand.type, isNullable: operand.mayBeNull)
    }
}

// MARK: - Conditions

extension Compilation {
    /// The condition that an expression of type bool states, or its negation.
    func condition(
        _ expression: Expression,
        negated: Bool = false,
        _ precision: Precision
    ) throws(SQLCompileError) -> Condition {
        if let condition = try logic(expression, negated: negated, precision) {
            if case .test(let test) = condition { try charge(test.sql, at: expression) }
            return condition.settled(precision)
        }
        let operand = try operand(expression)
        guard operand.type == .boolean || operand.isHopeless else {
            throw SQLCompileError(
                "a condition is needed here, not \(operand.type.name)",
                at: expression.offset
            )
        }
        return Condition.strict("\(operand.sql) = \(negated ? 0 : 1)", of: [operand])
            .settled(precision)
    }

    /// The condition of an expression that is a condition by its form; nil if it is a value of type
    /// bool, such as a column.
    func logic(
        _ expression: Expression,
        negated: Bool,
        _ precision: Precision
    ) throws(SQLCompileError) -> Condition? {
        switch expression.kind {
        case .literal(.bool(let truth)):
            return .known(truth != negated)
        case .presence(let operand, let field):
            let value = try select(operand, field: field, at: expression)
            return nullTest(value, negated: !negated, precision)
        case .comprehension(let comprehension):
            return try quantifier(comprehension, at: expression, negated: negated, precision)
        case .bind(let variable, let value, let body):
            guard checked.type(of: expression) == .bool else { return nil }
            return try bind(variable, to: value, in: body, negated: negated, precision)
        case .call(let function, let target, let arguments):
            return try logic(
                Call(function, target, arguments, expression),
                negated: negated,
                precision
            )
        case .literal, .identifier, .select, .list, .map:
            return nil
        }
    }

    private func logic(
        _ call: Call,
        negated: Bool,
        _ precision: Precision
    ) throws(SQLCompileError) -> Condition? {
        switch (call.function, call.operands.count) {
        case ("_&&_", 2), ("_||_", 2):
            let left = try condition(call.operands[0], negated: negated, precision)
            let right = try condition(call.operands[1], negated: negated, precision)
            let isConjunction = (call.function == "_&&_") != negated
            return isConjunction
                ? .all([left, right], precision) : .any([left, right], precision)
        case ("!_", 1):
            return try condition(call.operands[0], negated: !negated, precision)
        case ("_?_:_", 3):
            guard checked.type(of: call.expression) == .bool else { return nil }
            return try choice(call.operands, negated: negated, precision)
        case ("_==_", 2), ("_!=_", 2):
            let isNegated = (call.function == "_!=_") != negated
            return try equality(call, negated: isNegated, precision)
        case ("_<_", 2), ("_<=_", 2), ("_>_", 2), ("_>=_", 2):
            return try ordering(call, negated: negated)
        case ("@in", 2):
            return try membership(call, negated: negated, precision)
        case ("startsWith", 2), ("endsWith", 2), ("contains", 2), ("matches", 2):
            return try textTest(call, negated: negated)
        case ("can", 2), ("hasRole", 2):
            return try holding(call, negated: negated, precision)
        default:
            return nil
        }
    }

    /// `condition ? a : b` of type bool.
    private func choice(
        _ operands: [Expression],
        negated: Bool,
        _ precision: Precision
    ) throws(SQLCompileError) -> Condition {
        let test = try condition(operands[0], .exact)
        switch test {
        case .always: return try condition(operands[1], negated: negated, precision)
        case .never: return try condition(operands[2], negated: negated, precision)
        case .failure: return .failure
        default: break
        }
        let yes = try condition(operands[1], negated: negated, precision)
        let no = try condition(operands[2], negated: negated, precision)
        return .test(
            "CASE \(test.closed) WHEN 1 THEN \(yes.closed) WHEN 0 THEN \(no.closed) END",
            mayFail: test.mayFail || yes.mayFail || no.mayFail
        )
    }

    /// `cel.bind(variable, value, body)` of type bool: an error in the value is an error of the whole.
    private func bind(
        _ variable: String,
        to value: Expression,
        in body: Expression,
        negated: Bool,
        _ precision: Precision
    ) throws(SQLCompileError) -> Condition {
        let operand = try operand(value)
        var inner = self
        inner.locals[variable] = .operand(operand)
        let condition = try inner.condition(body, negated: negated, precision)
        if operand.failure == .always { return .failure }
        guard let failure = operand.failureTest else { return condition }
        return .guarded(condition.closed, by: [failure])
    }
}

/// A function's call with its receiver among the operands.
struct Call {
    let function: String
    let operands: [Expression]
    let hasTarget: Bool
    let expression: Expression

    init(
        _ function: String,
        _ target: Expression?,
        _ arguments: [Expression],
        _ expression: Expression
    ) {
        self.function = function
        self.expression = expression
        hasTarget = target != nil
        operands = (target.map { [$0] } ?? []) + arguments
    }
}
