/// Writes a text that matches a simple regular expression.
///
/// It knows literals, classes, groups, alternatives and quantifiers. What it makes of anything
/// else may not match, so callers check the text against the expression.
struct PatternExample {
    /// Letters and digits that read well; a class takes those of them that it has.
    private static let seed = Array(
        "mainstay2026abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    )
    private static let printable = (32...126).compactMap { Unicode.Scalar(UInt8($0)) }
        .map { Character($0) }

    private let pattern: [Character]
    private var position = 0
    private var seedPosition = 0

    static func text(matching pattern: String) -> String? {
        var generator = PatternExample(pattern: Array(pattern))
        guard let text = generator.alternatives(depth: 0) else { return nil }
        return generator.position == generator.pattern.count ? text : nil
    }

    private init(pattern: [Character]) {
        self.pattern = pattern
    }

    private var next: Character? {
        position < pattern.count ? pattern[position] : nil
    }

    private mutating func take(_ character: Character) -> Bool {
        guard next == character else { return false }
        position += 1
        return true
    }

    /// The first of `a|b|c`; the others are read and dropped.
    private mutating func alternatives(depth: Int) -> String? {
        guard depth < 20, let first = sequence(depth: depth) else { return nil }
        while take("|") {
            guard sequence(depth: depth) != nil else { return nil }
        }
        return first
    }

    private mutating func sequence(depth: Int) -> String? {
        var text = ""
        while let character = next, character != "|", character != ")" {
            if take("^") || take("$") { continue }
            let start = position
            guard let atom = atom(depth: depth) else { return nil }
            let end = position
            guard let count = quantifier() else { return nil }
            let afterQuantifier = position
            guard count > 0 else { continue }
            text += atom
            for _ in 1..<count {
                position = start
                guard let again = self.atom(depth: depth), position == end else { return nil }
                text += again
                if text.count > 1_000 { return nil }
            }
            position = afterQuantifier
        }
        return text
    }

    /// How often an atom stands: the fewest times, or about eight where that is allowed.
    private mutating func quantifier() -> Int? {
        defer { _ = take("?") }
        if take("?") { return 0 }
        if take("*") { return 0 }
        if take("+") { return 6 }
        guard take("{") else { return 1 }
        guard let lower = integer() else { return nil }
        var upper = lower
        if take(",") { upper = next == "}" ? .max : integer() ?? lower }
        guard take("}") else { return nil }
        return max(lower, min(upper, 8))
    }

    private mutating func integer() -> Int? {
        var digits = ""
        while let character = next, character.isNumber {
            digits.append(character)
            position += 1
        }
        return Int(digits)
    }

    private mutating func atom(depth: Int) -> String? {
        guard let character = next else { return nil }
        position += 1
        switch character {
        case "(":
            if take("?"), !take(":") { return nil }
            guard let text = alternatives(depth: depth + 1), take(")") else { return nil }
            return text
        case "[": return characterClass().flatMap { pick(from: $0) }
        case "\\": return escape().flatMap { pick(from: $0) }
        case ".": return pick(from: Self.printable)
        case "*", "+", "?", "{", ")": return nil
        default: return String(character)
        }
    }

    private mutating func pick(from characters: [Character]) -> String? {
        if characters.count == 1 { return characters.first.map { String($0) } }
        let allowed = Set(characters)
        for step in Self.seed.indices {
            let index = (seedPosition + step) % Self.seed.count
            if allowed.contains(Self.seed[index]) {
                seedPosition = index + 1
                return String(Self.seed[index])
            }
        }
        return characters.first.map { String($0) }
    }

    private mutating func escape() -> [Character]? {
        guard let character = next else { return nil }
        position += 1
        switch character {
        case "d": return Self.printable.filter(\.isNumber)
        case "w": return Self.printable.filter { $0.isLetter || $0.isNumber || $0 == "_" }
        case "s": return [" "]
        case "n": return ["\n"]
        case "t": return ["\t"]
        case let other where other.isLetter || other.isNumber: return nil
        default: return [character]
        }
    }

    private mutating func characterClass() -> [Character]? {
        let isNegated = take("^")
        var members: [Character] = []
        var isFirst = true
        while let character = next, character != "]" || isFirst {
            isFirst = false
            position += 1
            var lower = [character]
            if character == "\\" {
                guard let escaped = escape() else { return nil }
                lower = escaped
            }
            let isRange =
                position + 1 < pattern.count && next == "-" && pattern[position + 1] != "]"
            if lower.count == 1, isRange {
                position += 1
                guard let upper = next else { return nil }
                position += 1
                members += Self.printable.filter { $0 >= lower[0] && $0 <= upper }
            } else {
                members += lower
            }
        }
        guard take("]") else { return nil }
        guard isNegated else { return members }
        let excluded = Set(members)
        return Self.printable.filter { !excluded.contains($0) }
    }
}
