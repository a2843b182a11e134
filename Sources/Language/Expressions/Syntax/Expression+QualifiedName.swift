extension Expression {
    /// The parts of `a.b.c`; nil for anything but a name and plain selections of it.
    var qualifiedName: [String]? {
        switch kind {
        case .identifier(let name):
            return [name]
        case .select(let operand, let field, false):
            guard var parts = operand.qualifiedName else { return nil }
            parts.append(field)
            return parts
        default:
            return nil
        }
    }
}
