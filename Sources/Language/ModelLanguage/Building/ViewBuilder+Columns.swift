import Expressions

extension ViewBuilder {
    /// The columns of a view that groups, once they are found right.
    func aggregate(
        _ environment: Environment,
        _ entry: Names.CollectionEntry
    ) -> View.Aggregate {
        checkColumnNames()
        var columns = environment
        Aggregates.declare(in: &columns)
        let group = draft.group.compactMap { column in
            expressions.check(column.expression, in: environment, module: draft.module)
                .flatMap { self.column(column, $0, entry) }
        }
        let select = draft.select.compactMap { column -> View.Column? in
            guard
                let checked = expressions.check(
                    column.expression,
                    in: columns,
                    module: draft.module
                ), checkAggregates(checked, column, entry)
            else { return nil }
            return self.column(column, checked, entry)
        }
        return View.Aggregate(group: group, select: select)
    }

    private func checkColumnNames() {
        var seen: [String: Place] = [:]
        for column in draft.group + draft.select {
            let name = column.name.value
            if seen.updateValue(column.name.place, forKey: name.lowercased()) != nil {
                problems.error("the column \"\(name)\" is there twice", at: column.name.place)
            }
        }
    }

    /// What a computed column names of a record stands within an aggregate, once.
    private func checkAggregates(
        _ checked: CheckedExpression,
        _ column: ColumnDraft,
        _ entry: Names.CollectionEntry
    ) -> Bool {
        let keys = Set(draft.group.map(\.expression.source))
        let outside = checked.root.firstOutsideAggregates { node in
            guard case .identifier(let name) = node.kind else { return false }
            return entry.fields[name] != nil && !keys.contains(name)
        }
        if let outside, case .identifier(let name) = outside.kind {
            problems.error(
                "\"\(name)\" has many values in a group",
                at: expressions.place(ofOffset: outside.offset, in: column.expression),
                hint: "write an aggregate of it, as in max(\(name)), or add it to \"group\""
            )
            return false
        }
        guard let call = checked.root.first(where: \.isAggregate) else {
            problems.error(
                "the column \"\(column.name.value)\" aggregates nothing",
                at: column.expression.place,
                hint: "the aggregates are \(Aggregates.names.sorted().joined(separator: ", "))"
            )
            return false
        }
        let nested = checked.root.first { node in
            node.isAggregate && node.children.contains { $0.first(where: \.isAggregate) != nil }
        }
        if nested != nil {
            problems.error(
                "an aggregate stands within another",
                at: expressions.place(ofOffset: call.offset, in: column.expression)
            )
        }
        return nested == nil
    }

    private func column(
        _ column: ColumnDraft,
        _ checked: CheckedExpression,
        _ entry: Names.CollectionEntry
    ) -> View.Column? {
        guard let type = type(of: checked.root, checked, entry) else {
            problems.error(
                "a column cannot be of type \(checked.type)",
                at: column.expression.place,
                hint: "columns are texts, numbers, booleans, datetimes and relations"
            )
            return nil
        }
        return View.Column(
            name: column.name.value,
            expression: checked,
            type: type,
            isOptional: !isNeverNull(checked.root, checked)
        )
    }

    /// A field keeps its own type, also as the least or greatest; a date stays one.
    private func type(
        of node: Expression,
        _ checked: CheckedExpression,
        _ entry: Names.CollectionEntry
    ) -> FieldType? {
        switch node.kind {
        case .identifier(let name):
            if let field = entry.fields[name], let type = field.type {
                return type.isComparable ? type : nil
            }
        case .call("min", nil, let arguments), .call("max", nil, let arguments):
            if let argument = arguments.first { return type(of: argument, checked, entry) }
        case .call("date", _?, _):
            return .date
        default:
            break
        }
        return FieldType(column: checked.type(of: node).unwrapped)
    }

    /// Whether a column surely has a value: what may be an error in the database is null there.
    private func isNeverNull(_ node: Expression, _ checked: CheckedExpression) -> Bool {
        switch node.kind {
        case .identifier: !checked.type(of: node).isNullable
        case .call("date", let operand?, let zone) where zone.isEmpty:
            isNeverNull(operand, checked)
        case .call("count", nil, _), .call("countDistinct", nil, _), .call("sum", nil, _): true
        case .call(let name, nil, let arguments) where Aggregates.names.contains(name):
            !draft.group.isEmpty && arguments.allSatisfy { isNeverNull($0, checked) }
        default: false
        }
    }
}

extension Expression {
    fileprivate var isAggregate: Bool {
        guard case .call(let name, nil, _) = kind else { return false }
        return Aggregates.names.contains(name)
    }

    fileprivate func firstOutsideAggregates(
        where condition: (Expression) -> Bool
    ) -> Expression? {
        if isAggregate { return nil }
        if condition(self) { return self }
        for child in children {
            if let found = child.firstOutsideAggregates(where: condition) { return found }
        }
        return nil
    }
}

extension FieldType {
    /// The type in JSON of an expression's value; nil for what no column can hold.
    init?(column type: CELType) {
        switch type {
        case .string: self = .string
        case .int: self = .integer
        case .double: self = .number
        case .bool: self = .boolean
        case .timestamp: self = .datetime
        case .reference(let collection):
            self = .relation(Relation(collection: collection, onDelete: .restrict))
        default: return nil
        }
    }
}
