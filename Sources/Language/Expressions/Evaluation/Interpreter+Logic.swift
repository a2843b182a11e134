extension Interpreter {
    mutating func truth(of node: Node, at offset: Int) throws(EvaluationError) -> Bool {
        let value = try evaluate(node)
        guard case .bool(let truth) = value else {
            throw .mismatch("a condition has to be bool", value, at: offset)
        }
        return truth
    }

    /// `&&` or `||`: the value that decides it wins over an error on the other side, whichever
    /// side it is on.
    mutating func logical(
        _ left: Node,
        _ right: Node,
        decidedBy decisive: Bool,
        at offset: Int
    ) throws(EvaluationError) -> Value {
        var failure: EvaluationError?
        do throws(EvaluationError) {
            if try truth(of: left, at: offset) == decisive { return .bool(decisive) }
        } catch {
            failure = try absorbed(error)
        }
        do throws(EvaluationError) {
            if try truth(of: right, at: offset) == decisive { return .bool(decisive) }
        } catch {
            throw failure ?? error
        }
        if let failure { throw failure }
        return .bool(!decisive)
    }

    /// The error, if it may be outweighed; running out of steps may not.
    func absorbed(_ error: EvaluationError) throws(EvaluationError) -> EvaluationError {
        if error.kind == .costLimitExceeded { throw error }
        return error
    }
}
