import ModelLanguage

/// An operation's words, taken one after the other, each with its place.
struct Phrase {
    struct Word {
        let text: String
        let place: Place
    }

    let text: String
    let place: Place
    private var rest: Substring
    private let placeOfOffset: (Int) -> Place

    /// `placeOfOffset` tells where a UTF-8 offset into the text stands in the file.
    init(_ text: String, at place: Place, placeOfOffset: @escaping (Int) -> Place) {
        self.text = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        self.place = place
        self.placeOfOffset = placeOfOffset
        rest = self.text[...]
    }

    mutating func nextWord() -> Word? {
        rest = rest.drop { $0 == " " }
        guard !rest.isEmpty else { return nil }
        let word = rest.prefix { $0 != " " }
        defer { rest = rest.dropFirst(word.count) }
        return self.word(word)
    }

    /// What follows the last ` -> `, which is taken away.
    mutating func takeArrow() -> Word? {
        take(after: " -> ", isLast: true)
    }

    /// What follows ` where `, which is taken away.
    mutating func takeFilter() -> Word? {
        take(after: " where ", isLast: false)
    }

    private mutating func take(after mark: String, isLast: Bool) -> Word? {
        let ranges = rest.ranges(of: mark)
        guard let range = isLast ? ranges.last : ranges.first else { return nil }
        let part = rest[range.upperBound...].drop { $0 == " " }
        let trimmed = part.prefix(part.count - part.reversed().prefix { $0 == " " }.count)
        rest = rest[..<range.lowerBound]
        return word(trimmed)
    }

    /// The words that are left, as names with a value each; nil if there are others.
    mutating func clauses(known: [String], _ problems: Problems) -> [String: Word]? {
        var clauses: [String: Word] = [:]
        while let name = nextWord() {
            guard known.contains(name.text) else {
                problems.error(
                    "\"\(name.text)\" is not expected here",
                    at: name.place,
                    hint: problems.suggestion(for: name.text, among: known)
                        ?? "what may follow is \(known.joined(separator: ", "))"
                )
                return nil
            }
            guard let value = nextWord() else {
                problems.error("\"\(name.text)\" is followed by nothing", at: name.place)
                return nil
            }
            clauses[name.text] = value
        }
        return clauses
    }

    /// Whether nothing is left, which `problems` says otherwise.
    mutating func ends(_ problems: Problems) -> Bool {
        guard let word = nextWord() else { return true }
        problems.error(
            "\"\(word.text)\" is not expected here",
            at: word.place,
            hint: word.text.hasPrefix("{")
                ? "put a colon before the values, as in \"create posts: { body: Hi }\"" : nil
        )
        return false
    }

    private func word(_ part: Substring) -> Word {
        let offset = text.utf8.distance(from: text.startIndex, to: part.startIndex)
        return Word(text: String(part), place: placeOfOffset(offset))
    }
}
