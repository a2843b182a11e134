/// An expression compiled for evaluation in memory. It can be shared and run many times.
package struct Program: Sendable {
    init(parsed: ParsedExpression, environment: Environment) {
    }

    /// Evaluates the expression.
    package func evaluate(_ activation: some Activation) throws(EvaluationError) -> Value {
        .null
    }
}
