/// Sentences from templates, as people write them in posts, comments and reviews.
struct Sentences: Sendable {
    private enum Part: Sendable {
        case text([UInt8])
        case word(Int)
    }

    private let templates: [[Part]]
    /// The words of each kind of slot, as UTF-8.
    private let vocabulary: [[[UInt8]]]

    static let remarks = Sentences([
        "Just finished {gerund} and the {noun} looks {adjective}.",
        "Anyone else {gerund} before breakfast?",
        "The {adjective} {noun} by the {noun} is my favourite place in {city}.",
        "Today was all about {gerund}, {gerund} and a {adjective} {noun}.",
        "Looking for a {adjective} {noun} in {city}, any tips?",
        "I never thought {gerund} could be this {adjective}.",
        "A {adjective} {noun} beats a {adjective} {noun} any day.",
        "Three weeks of {gerund} and the {noun} is finally done.",
        "What a {adjective} day for {gerund}!",
        "Small steps: first the {noun}, then the {noun}.",
        "Spent the afternoon {gerund} with a {adjective} {noun}.",
        "My {noun} has a {adjective} new {noun}.",
        "Back from {city}, already missing the {adjective} {noun}.",
        "You can learn a lot from a {adjective} {noun}.",
        "Note to self: less {gerund}, more {gerund}.",
        "Found a {adjective} {noun} behind the {noun} this morning.",
        "The {noun} was {adjective}, the {noun} even more so.",
        "If you like {gerund}, try it near a {noun} in {city}.",
        "Somebody left a {adjective} {noun} next to the {noun}.",
        "Tomorrow: {gerund}, a {noun} and no plans.",
    ])

    static let replies = Sentences([
        "Love this {noun}!",
        "So {adjective}, thank you for sharing.",
        "I had the same with my {noun}.",
        "Is that the {noun} in {city}?",
        "Great, now I want to try {gerund}.",
        "Congratulations, what a {adjective} {noun}!",
        "Not sure about the {noun}, but the {noun} is {adjective}.",
        "How long did the {noun} take you?",
        "This made my day.",
        "Totally agree, {gerund} helps.",
        "Could you share the {noun}?",
        "That is a very {adjective} {noun}.",
        "See you in {city} then!",
        "I would add a {adjective} {noun}.",
    ])

    static let introductions = Sentences([
        "{Role} from {city}.",
        "{Role} and {role}, mostly {gerund}.",
        "Living in {city} with a {adjective} {noun}.",
        "Into {gerund}, {gerund} and the occasional {noun}.",
        "Looking for the perfect {noun}.",
        "Always {gerund}.",
    ])

    private init(_ texts: [String]) {
        let kinds: [(name: String, words: [String])] = [
            ("noun", Words.nouns), ("adjective", Words.adjectives), ("gerund", Words.gerunds),
            ("city", Words.cities), ("role", Words.roles),
            ("Role", Words.roles.map { $0.prefix(1).uppercased() + $0.dropFirst() }),
        ]
        vocabulary = kinds.map { $0.words.map { Array($0.utf8) } }
        templates = texts.map { text in
            text.split(separator: "{", omittingEmptySubsequences: false).enumerated().flatMap {
                index,
                piece -> [Part] in
                let halves = piece.split(separator: "}", omittingEmptySubsequences: false)
                guard index > 0, let name = halves.first, let rest = halves.last,
                    let kind = kinds.firstIndex(where: { $0.name == name })
                else { return [.text(Array(piece.utf8))] }
                return [.word(kind), .text(Array(rest.utf8))]
            }
        }
    }

    /// Appends one sentence.
    func append(to bytes: inout [UInt8], random: inout SeedRandom) {
        for part in templates[random.below(templates.count)] {
            switch part {
            case .text(let text): bytes += text
            case .word(let kind):
                let words = vocabulary[kind]
                let word = words[random.below(words.count)]
                if Self.needsLongArticle(word, after: bytes) {
                    bytes.insert(UInt8(ascii: "n"), at: bytes.count - 1)
                }
                bytes += word
            }
        }
    }

    /// Whether an "a " at the end has to be "an " before a word.
    private static func needsLongArticle(_ word: [UInt8], after bytes: [UInt8]) -> Bool {
        guard let first = word.first, vowels.contains(first), bytes.last == space else {
            return false
        }
        let end = bytes.suffix(3).dropLast()
        guard let article = end.last, article | 0x20 == UInt8(ascii: "a") else { return false }
        return end.count == 1 || end.first == space
    }

    private static let space = UInt8(ascii: " ")
    private static let vowels = Array("aeiou".utf8)

    /// As many sentences as a length between the bounds takes, in code points.
    func text(length: ClosedRange<Int>, random: inout SeedRandom) -> String {
        let draw = random.unit()
        let spread = Double(length.upperBound - length.lowerBound)
        let wanted = length.lowerBound + Int(draw * draw * spread)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(wanted + 100)
        repeat {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
            let end = bytes.count
            append(to: &bytes, random: &random)
            // A last sentence that is too long is left out where the text is long enough without.
            if bytes.count > length.upperBound, end > length.lowerBound {
                bytes.removeSubrange((end - 1)...)
                break
            }
        } while bytes.count < wanted
        return String(decoding: bytes, as: UTF8.self).fitted(to: length)
    }
}

extension String {
    /// The text cut, or repeated, so that its number of code points is within the bounds.
    func fitted(to length: ClosedRange<Int>) -> String {
        if utf8.count <= length.upperBound, utf8.count >= length.lowerBound, isASCII { return self }
        var scalars = Array(unicodeScalars)
        let source = scalars.isEmpty ? ["x"] : scalars
        while scalars.count < length.lowerBound { scalars += source }
        guard scalars.count > length.upperBound else { return Self(scalars) }
        let cut = scalars.prefix(length.upperBound)
        // Whole words, where that leaves enough.
        if let space = cut.lastIndex(of: " "), space >= max(length.lowerBound, cut.count / 2) {
            return Self(cut[..<space])
        }
        return Self(cut)
    }

    private init(_ scalars: some Sequence<Unicode.Scalar>) {
        self.init()
        unicodeScalars.append(contentsOf: scalars)
    }

    private var isASCII: Bool {
        utf8.allSatisfy { $0 < 0x80 }
    }
}
