struct Parser {
    init(_ source: String, limits: ExpressionLimits) throws(ExpressionErrors) {}
    mutating func parse() throws(ExpressionErrors) -> ParsedExpression {
        throw ExpressionErrors([])
    }
}
