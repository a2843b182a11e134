/// A step of a program: an expression with its names and operators resolved.
indirect enum Node: Sendable {
    case constant(Value)
    /// A variable of the activation.
    case variable(String, offset: Int)
    /// All records of a collection, if the activation has them.
    case collection(String, offset: Int)
    /// A variable that a macro binds, by its position among those in scope.
    case slot(Int)
    /// `a.b.c` in an unchecked expression: `a.b.c`, else `a.b` and its field `c`, and so on.
    case qualified([String], offset: Int)
    case select(Node, field: String, isOptional: Bool, offset: Int)
    /// A field of the record that a relation leads to.
    case traverse(Node, object: String, field: String, isPresence: Bool, offset: Int)
    case presence(Node, field: String, offset: Int)
    case index(Node, Node, isOptional: Bool, offset: Int)
    case and(Node, Node, offset: Int)
    case or(Node, Node, offset: Int)
    case not(Node, offset: Int)
    case conditional(Node, Node, Node, offset: Int)
    case equality(Node, Node, isNegated: Bool)
    case comparison(Comparison, Node, Node, offset: Int)
    case arithmetic(Arithmetic, Node, Node, offset: Int)
    case negation(Node, offset: Int)
    case membership(Node, Node, offset: Int)
    case list([Node], optionals: Set<Int>, offset: Int)
    case map([Entry], offset: Int)
    case comprehension(Comprehension, offset: Int)
    case bind(slot: Int, value: Node, body: Node)
    case call(Callee, [Node], offset: Int)
    /// `text.matches(pattern)` with a literal pattern.
    case matches(Node, RegularExpression, offset: Int)
    /// `optional.or(other)` or `optional.orValue(other)`; the other is evaluated only if needed.
    case otherwise(Node, Node, unwraps: Bool, offset: Int)
    /// What cannot be evaluated; an error only if it is reached.
    case failure(EvaluationError)

    struct Entry: Sendable {
        let key: Node
        let value: Node
        let isOptional: Bool
    }

    struct Comprehension: Sendable {
        let macro: Expression.Comprehension.Macro
        let range: Node
        let slot: Int
        let predicate: Node?
        let transform: Node?
    }

    /// What a call may run: the first function with a fitting overload does.
    struct Callee: Sendable {
        let name: String
        let functions: [Function]
    }
}

enum Comparison: String, Sendable {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    func holds(for ordering: ValueOrdering) -> Bool {
        switch (self, ordering) {
        case (.less, .ascending), (.lessOrEqual, .ascending), (.lessOrEqual, .same): true
        case (.greater, .descending), (.greaterOrEqual, .descending): true
        case (.greaterOrEqual, .same): true
        default: false
        }
    }
}

enum Arithmetic: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case modulo = "%"
}
