import Expressions

extension Expression {
    /// The nodes right below this one, in the order of the source.
    var children: [Expression] {
        switch kind {
        case .literal, .identifier: []
        case .select(let operand, _, _), .presence(let operand, _): [operand]
        case .call(_, let target, let arguments): (target.map { [$0] } ?? []) + arguments
        case .list(let elements, _): elements
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        case .comprehension(let comprehension):
            [comprehension.range]
                + [comprehension.predicate, comprehension.transform].compactMap(\.self)
        case .bind(_, let value, let body): [value, body]
        }
    }

    /// The first node that satisfies a condition, this one first.
    func first(where condition: (Expression) -> Bool) -> Expression? {
        if condition(self) { return self }
        for child in children {
            if let found = child.first(where: condition) { return found }
        }
        return nil
    }
}
