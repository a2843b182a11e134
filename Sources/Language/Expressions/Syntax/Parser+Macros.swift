extension Parser {
    /// `has(operand.field)`.
    mutating func expandPresence(
        _ arguments: [Node],
        at offset: Int
    ) throws(ExpressionError) -> Node {
        guard arguments.count == 1, let argument = arguments.first,
            case .select(let operand, let field, false) = argument.expression.kind
        else {
            throw ExpressionError(
                "has() needs one field selection",
                at: offset,
                hint: "for example has(event.post)"
            )
        }
        return try node(
            .presence(operand: operand, field: field),
            at: offset,
            over: argument.depth - 1
        )
    }

    /// The node of a macro that is written as a method; nil if it is an ordinary method.
    mutating func expandMacro(
        _ name: String,
        on target: Node,
        _ arguments: [Node],
        at offset: Int
    ) throws(ExpressionError) -> Node? {
        switch (name, arguments.count) {
        case ("all", 2), ("exists", 2), ("exists_one", 2), ("filter", 2), ("map", 2), ("map", 3):
            return try comprehension(name, over: target, arguments, at: offset)
        case ("existsOne", 2):
            return try comprehension("exists_one", over: target, arguments, at: offset)
        case ("bind", 3):
            guard case .identifier("cel") = target.expression.kind else { return nil }
            let variable = try variable(arguments[0], of: "cel.bind")
            return try bind(variable, to: arguments[1], in: arguments[2], at: offset)
        case ("optMap", 2), ("optFlatMap", 2):
            return try mapOptional(name, target, arguments, at: offset)
        default:
            return nil
        }
    }

    private mutating func comprehension(
        _ name: String,
        over range: Node,
        _ arguments: [Node],
        at offset: Int
    ) throws(ExpressionError) -> Node {
        guard let macro = Expression.Comprehension.Macro(rawValue: name) else {
            throw ExpressionError("unknown macro '\(name)'", at: offset)
        }
        let hasTransform = macro == .map
        let last = arguments[arguments.count - 1].expression
        return try node(
            .comprehension(
                Expression.Comprehension(
                    macro: macro,
                    range: range.expression,
                    variable: try variable(arguments[0], of: name),
                    predicate: hasTransform
                        ? (arguments.count == 3 ? arguments[1].expression : nil) : last,
                    transform: hasTransform ? last : nil
                )
            ),
            at: offset,
            over: max(range.depth, arguments.dropFirst().map(\.depth).max() ?? 0)
        )
    }

    private func variable(_ node: Node, of macro: String) throws(ExpressionError) -> String {
        guard case .identifier(let name) = node.expression.kind, !name.hasPrefix(".") else {
            throw ExpressionError(
                "the first argument of \(macro)() has to be a simple name",
                at: node.expression.offset,
                hint: "for example posts.\(macro == "cel.bind" ? "exists" : macro)(p, …)"
            )
        }
        return name
    }

    private mutating func bind(
        _ variable: String,
        to value: Node,
        in body: Node,
        at offset: Int
    ) throws(ExpressionError) -> Node {
        try node(
            .bind(variable: variable, value: value.expression, body: body.expression),
            at: offset,
            over: max(value.depth, body.depth)
        )
    }

    /// `x.optMap(v, e)` is the optional of `e` with `v` bound to what `x` holds, or none;
    /// `optFlatMap` has an `e` that is an optional itself.
    private mutating func mapOptional(
        _ name: String,
        _ target: Node,
        _ arguments: [Node],
        at offset: Int
    ) throws(ExpressionError) -> Node {
        // No source can spell this name, so it hides nothing; an inner one is of no use outside.
        let held = "@optional"
        let variable = try variable(arguments[0], of: name)
        let value = try call("value", target: node(.identifier(held), at: offset), [], at: offset)
        var mapped = try bind(variable, to: value, in: arguments[1], at: offset)
        if name == "optMap" { mapped = try call("optional.of", [mapped], at: offset) }
        let isPresent = try call(
            "hasValue",
            target: node(.identifier(held), at: offset),
            [],
            at: offset
        )
        let none = try call("optional.none", [], at: offset)
        let choice = try call("_?_:_", [isPresent, mapped, none], at: offset)
        return try bind(held, to: target, in: choice, at: offset)
    }
}
