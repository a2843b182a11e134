/// An expression's tree as its source spells it, not yet checked against an environment.
package struct ParsedExpression: Sendable {
    package let source: String
    package let root: Expression
    /// The ids of the string, int, uint and double literals, in the order of the source: the n-th
    /// is the n-th of `FilterTemplate.literals` of the same source, where it calls no `Macro`.
    package let literals: [Int]
    /// How many nodes the tree has; ids are below it.
    package let nodeCount: Int
    /// The longest way from the root to a leaf, in nodes.
    package let depth: Int

    /// Parses a source; the limits bound its length, its nodes and its depth, what macros stand
    /// for included.
    package init(
        _ source: String,
        limits: ExpressionLimits = ExpressionLimits(),
        macros: [String: Macro] = [:]
    ) throws(ExpressionErrors) {
        var parser = try Parser(source, limits: limits, macros: macros)
        self = try parser.parse()
    }

    init(source: String, root: Expression, literals: [Int], nodeCount: Int, depth: Int) {
        self.source = source
        self.root = root
        self.literals = literals
        self.nodeCount = nodeCount
        self.depth = depth
    }
}

/// What an expression may cost.
///
/// The defaults suit text that strangers send.
package struct ExpressionLimits: Sendable {
    /// The source's length in UTF-8 bytes.
    package var sourceLength = 100_000
    /// The tree's depth in nodes, and that of brackets in the source.
    ///
    /// It bounds the stack that checking, compiling and evaluating take.
    package var depth = 100
    package var nodes = 20_000
    /// How deep comprehensions nest: each level multiplies what an evaluation costs.
    package var comprehensionDepth = 6
    /// How many steps one evaluation may take: nodes visited and elements or bytes built.
    package var evaluationSteps = 1_000_000

    package init() {}
}
