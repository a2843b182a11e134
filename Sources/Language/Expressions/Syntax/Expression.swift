/// A parsed CEL expression: the tree that the checker, the evaluator and the SQL compiler read.
///
/// Operators are calls with the spec's names (`_+_`, `_&&_`, `_?_:_`, `_[_]`, `@in`, `!_`, `-_`), as in
/// cel-spec's abstract syntax. The comprehension macros stay nodes of their own, because
/// SQL has words for them (`exists` becomes EXISTS).
package struct Expression: Sendable {
    /// Unique in its tree, counted from zero; the checker's tables are indexed by it.
    package let id: Int
    /// Where messages about it point, as a UTF-8 offset into its source: an operator, the name of a
    /// field or of a function, and otherwise where the expression starts.
    package let offset: Int
    package let kind: Kind

    package init(id: Int, offset: Int, kind: Kind) {
        self.id = id
        self.offset = offset
        self.kind = kind
    }

    package indirect enum Kind: Sendable {
        case literal(Value)
        /// A name, with its leading dot when it is written absolutely (`.x`). A checked tree has
        /// qualified names (`request.time`) as one identifier.
        case identifier(String)
        /// `operand.field`; `isOptional` for `operand.?field`.
        case select(operand: Expression, field: String, isOptional: Bool)
        /// `has(operand.field)`.
        case presence(operand: Expression, field: String)
        /// A function `f(x)`, a method `x.f(y)` (then `target` is `x`), or an operator.
        case call(function: String, target: Expression?, arguments: [Expression])
        /// `[a, ?b]`; `optionals` holds the indices of elements written with `?`.
        case list([Expression], optionals: [Int])
        case map([Entry])
        /// A macro over the elements of a list, the keys of a map or the records of a collection.
        case comprehension(Comprehension)
        /// `cel.bind(variable, value, body)`.
        case bind(variable: String, value: Expression, body: Expression)
    }

    package struct Entry: Sendable {
        package let key: Expression
        package let value: Expression
        package let isOptional: Bool

        package init(key: Expression, value: Expression, isOptional: Bool) {
            self.key = key
            self.value = value
            self.isOptional = isOptional
        }
    }

    /// `range.exists(x, predicate)` and its siblings.
    package struct Comprehension: Sendable {
        package enum Macro: String, Sendable {
            case all
            case exists
            case existsOne = "exists_one"
            case filter
            case map
        }

        package let macro: Macro
        package let range: Expression
        package let variable: String
        /// The condition; absent for `map(x, transform)` without one.
        package let predicate: Expression?
        /// What `map` yields for each element; absent for the others.
        package let transform: Expression?

        package init(
            macro: Macro,
            range: Expression,
            variable: String,
            predicate: Expression?,
            transform: Expression?
        ) {
            self.macro = macro
            self.range = range
            self.variable = variable
            self.predicate = predicate
            self.transform = transform
        }
    }
}
