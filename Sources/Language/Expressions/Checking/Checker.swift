struct Checker {
    init(environment: Environment, parsed: ParsedExpression) {}
    mutating func check(as expected: CELType?) throws(ExpressionErrors) -> CheckedExpression {
        throw ExpressionErrors([])
    }
}
