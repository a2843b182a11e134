/// An expression compiled for evaluation in memory.
///
/// It can be shared and run many times.
package struct Program: Sendable {
    private let root: Node
    private let steps: Int

    init(root: Node, limits: ExpressionLimits) {
        self.root = root
        steps = limits.evaluationSteps
    }

    /// Evaluates the expression.
    ///
    /// It stops with `costLimitExceeded` after as many steps as the environment's limits allow.
    package func evaluate(_ activation: any Activation) throws(EvaluationError) -> Value {
        var interpreter = Interpreter(activation: activation, steps: steps)
        return try interpreter.evaluate(root)
    }
}
