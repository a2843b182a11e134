/// A regular expression as something to make texts from.
indirect enum PatternNode {
    /// Any one of these characters.
    case character([Unicode.Scalar])
    case sequence([PatternNode])
    case choice([PatternNode])
    /// At most `maximum` times; nil for no bound.
    case repetition(PatternNode, minimum: Int, maximum: Int?)
    /// An anchor or a boundary, which is checked on the finished text.
    case empty
}

extension PatternNode {
    /// How often at most something is repeated without need.
    static let usualSlack = 8

    /// Appends a text that the pattern describes; `slack` bounds what may be repeated at will.
    func append(to text: inout String.UnicodeScalarView, slack: Int, random: inout SeedRandom) {
        switch self {
        case .empty: break
        case .character(let scalars):
            if !scalars.isEmpty { text.append(random.pick(scalars)) }
        case .sequence(let nodes):
            for node in nodes { node.append(to: &text, slack: slack, random: &random) }
        case .choice(let nodes):
            if !nodes.isEmpty {
                random.pick(nodes).append(to: &text, slack: slack, random: &random)
            }
        case .repetition(let node, let minimum, let maximum):
            let most = min(maximum ?? .max, minimum + slack)
            let count = minimum + random.below(most - minimum + 1)
            for _ in 0..<count { node.append(to: &text, slack: slack, random: &random) }
        }
    }
}
