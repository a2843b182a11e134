/// Reads the part of RE2's syntax that texts can be made from.
///
/// That is characters, classes, groups, alternatives, repetition and anchors. Flags other than
/// groups without capture, and Unicode's properties other than letters and numbers, are refused.
struct PatternParser {
    /// What cannot be made sense of.
    struct Unsupported: Error {
        let reason: String
    }

    /// Beyond this a repetition is not made use of.
    private static let repetitionLimit = 1_000
    private static let depthLimit = 50

    var scalars: [Unicode.Scalar]
    var position = 0
    private var depth = 0

    private init(_ pattern: String) {
        scalars = Array(pattern.unicodeScalars)
    }

    static func parse(_ pattern: String) throws(Unsupported) -> PatternNode {
        var parser = PatternParser(pattern)
        let node = try parser.choice()
        guard parser.current == nil else { throw Unsupported(reason: "a bracket has no partner") }
        return node
    }

    var current: Unicode.Scalar? {
        position < scalars.count ? scalars[position] : nil
    }

    mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard current == scalar else { return false }
        position += 1
        return true
    }

    mutating func advance() throws(Unsupported) -> Unicode.Scalar {
        guard let scalar = current else { throw Unsupported(reason: "it ends too early") }
        position += 1
        return scalar
    }

    private mutating func choice() throws(Unsupported) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.depthLimit else { throw Unsupported(reason: "it is nested too deep") }
        var branches = [try sequence()]
        while skip("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(Unsupported) -> PatternNode {
        var nodes: [PatternNode] = []
        while let scalar = current, scalar != "|", scalar != ")" {
            nodes.append(try repeated(try atom()))
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func atom() throws(Unsupported) -> PatternNode {
        switch try advance() {
        case "^", "$": return .empty
        case ".": return .character(CharacterSets.printable)
        case "[": return .character(try characterClass())
        case "(": return try group()
        case "\\": return try escape()
        case let scalar: return .character([scalar])
        }
    }

    private mutating func group() throws(Unsupported) -> PatternNode {
        if skip("?") {
            if skip(":") {
            } else if skip("P"), skip("<") {
                while try advance() != ">" {}
            } else {
                throw Unsupported(reason: "it has flags")
            }
        }
        let node = try choice()
        guard skip(")") else { throw Unsupported(reason: "a bracket has no partner") }
        return node
    }

    private mutating func escape() throws(Unsupported) -> PatternNode {
        let scalar = try advance()
        switch scalar {
        case "A", "z", "b", "B": return .empty
        case "Q": throw Unsupported(reason: "it quotes with \\Q")
        default: return .character(try escaped(scalar))
        }
    }

    private mutating func repeated(_ node: PatternNode) throws(Unsupported) -> PatternNode {
        var node = node
        while let scalar = current {
            switch scalar {
            case "*": node = .repetition(node, minimum: 0, maximum: nil)
            case "+": node = .repetition(node, minimum: 1, maximum: nil)
            case "?": node = .repetition(node, minimum: 0, maximum: 1)
            case "{":
                guard let bounds = bounds() else { return node }
                guard bounds.minimum <= Self.repetitionLimit else {
                    throw Unsupported(reason: "it repeats too often")
                }
                node = .repetition(node, minimum: bounds.minimum, maximum: bounds.maximum)
                position -= 1
            default: return node
            }
            position += 1
            // A lazy repetition matches the same texts.
            _ = skip("?")
        }
        return node
    }

    /// The bounds in `{2}`, `{2,}` or `{2,5}`; nil and nothing read where the brace is a character.
    private mutating func bounds() -> (minimum: Int, maximum: Int?)? {
        let start = position
        position += 1
        let minimum = digits()
        var maximum = minimum
        if skip(",") { maximum = digits() }
        guard let minimum, skip("}"), maximum ?? .max >= minimum else {
            position = start
            return nil
        }
        return (minimum, maximum)
    }

    private mutating func digits() -> Int? {
        var value: Int?
        while let scalar = current, ("0"..."9").contains(scalar), value ?? 0 < 100_000 {
            value = (value ?? 0) * 10 + Int(scalar.value - 48)
            position += 1
        }
        return value
    }
}
