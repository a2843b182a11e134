/// An expression that fits its environment, with all that a compiler needs to know of it.
package struct CheckedExpression: Sendable {
    package let source: String
    /// The tree, with qualified names (`request.time`) and functions (`math.abs`) resolved into one
    /// identifier or call.
    ///
    /// Ids are those of the parsed tree.
    package let root: Expression
    /// What it yields.
    package let type: CELType
    package let references: References
    /// The ids of the literals in the order of the source: see `ParsedExpression.literals`.
    package let literals: [Int]
    package let nodeCount: Int
    package let depth: Int
    /// The compiled form that evaluates it.
    package let program: Program
    let types: [CELType]

    /// The static type of a node of `root`.
    package func type(of expression: Expression) -> CELType {
        types[expression.id]
    }

    /// Evaluates it in memory: see `Program.evaluate`.
    package func evaluate(_ activation: any Activation) throws(EvaluationError) -> Value {
        try program.evaluate(activation)
    }
}

/// What an expression reads.
package struct References: Sendable {
    package struct Field: Hashable, Sendable {
        package let object: String
        package let field: String

        package init(object: String, field: String) {
            self.object = object
            self.field = field
        }
    }

    /// A selection that has to read another record, as `author.name`.
    package struct Traversal: Sendable {
        /// The id of the selecting node.
        package let expression: Int
        /// The object type that is read.
        package let object: String
        package let field: String
    }

    /// The variables and fields of the subject that are named, not those that macros bind.
    package internal(set) var variables: Set<String> = []
    /// The collections that are named, as in `follows.exists(…)`.
    package internal(set) var collections: Set<String> = []
    /// The declared objects' fields that are read, those of the subject too.
    package internal(set) var fields: Set<Field> = []
    package internal(set) var traversals: [Traversal] = []
    /// The functions and methods that are called, operators left out.
    package internal(set) var functions: Set<String> = []

    /// Whether it reads records beyond its variables, so that memory alone does not answer it.
    package var readsOtherRecords: Bool { !collections.isEmpty || !traversals.isEmpty }

    /// Every object type whose records are read, by name or through a relation.
    package var objectsRead: Set<String> { collections.union(traversals.map(\.object)) }
}
