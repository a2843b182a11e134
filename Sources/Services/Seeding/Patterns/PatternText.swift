import Expressions

/// Makes texts that match a pattern, each checked by RE2 itself.
struct PatternText {
    private static let attempts = 40

    private let pattern: PatternNode?
    private let expression: RegularExpression
    private let length: ClosedRange<Int>

    /// Why no text can be made, for people.
    let obstacle: String?

    /// `length` is in code points.
    init(_ pattern: String, length: ClosedRange<Int>) throws(RegularExpression.Invalid) {
        expression = try RegularExpression(pattern)
        self.length = length
        do {
            self.pattern = try PatternParser.parse(pattern)
            obstacle = nil
        } catch {
            self.pattern = nil
            obstacle = error.reason
        }
    }

    func matches(_ text: String) -> Bool {
        length.contains(text.unicodeScalars.count) && expression.occurs(in: text)
    }

    /// Nil if no attempt gave a text that matches.
    func text(random: inout SeedRandom) -> String? {
        guard let pattern else { return nil }
        for attempt in 0..<Self.attempts {
            var scalars = String.UnicodeScalarView()
            let slack = PatternNode.usualSlack << (attempt / 8)
            pattern.append(to: &scalars, slack: slack, random: &random)
            let text = String(scalars)
            if matches(text) { return text }
        }
        return nil
    }
}
