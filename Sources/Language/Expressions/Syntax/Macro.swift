/// A function of one literal text that stands for another expression, as the environment says.
///
/// `shared("read")` becomes what `expansions` has for `read`, as if it were written there in brackets.
/// Names in an expansion are best written absolutely (`.id`), or they mean what the macros around
/// the call bind.
package struct Macro: Sendable {
    package let name: String
    /// What it stands for by its argument; each is an expression.
    package let expansions: [String: String]

    package init(_ name: String, expansions: [String: String]) {
        self.name = name
        self.expansions = expansions
    }
}

extension Parser {
    /// The node of a call to one of the environment's macros.
    mutating func expand(
        _ macro: Macro,
        _ arguments: [Node],
        at offset: Int
    ) throws(ExpressionError) -> Node {
        let known = macro.expansions.keys.sorted().map { "\"\($0)\"" }
        guard arguments.count == 1, let argument = arguments.first,
            case .literal(.string(let text)) = argument.expression.kind,
            let expansion = macro.expansions[text]
        else {
            throw ExpressionError(
                "\(macro.name)() needs one of \(known.joined(separator: ", "))",
                at: offset,
                hint: known.first.map { "for example \(macro.name)(\($0))" }
            )
        }
        // What it stands for has no place of its own: all of it is where the call is.
        if literals.last == argument.expression.id { literals.removeLast() }
        return try expanded(expansion, at: offset)
    }

    private mutating func expanded(
        _ source: String,
        at offset: Int
    ) throws(ExpressionError) -> Node {
        do throws(ExpressionErrors) {
            var parser = try Parser(source, limits: limits)
            parser.nodeCount = nodeCount
            parser.nesting = nesting
            parser.fixedOffset = offset
            let parsed = try parser.parse()
            nodeCount = parsed.nodeCount
            return Node(expression: parsed.root, depth: parsed.depth)
        } catch {
            throw ExpressionError(error.errors[0].message, at: offset)
        }
    }
}
