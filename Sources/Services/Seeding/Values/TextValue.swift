/// Texts that mean something.
struct TextValue {
    /// Whom a record is about: its names and addresses are those of one person.
    struct Person {
        let given: String
        let family: String

        init(number: Int) {
            var random = SeedRandom(seed: 0x9E, index: number)
            given = random.pick(Words.givenNames)
            family = random.pick(Words.familyNames)
        }
    }

    let meaning: Meaning?
    /// In code points.
    let length: ClosedRange<Int>

    /// A `number` makes the text distinct from all others.
    func text(number: Int?, person: Int, random: inout SeedRandom) -> String {
        switch meaning {
        case .handle, .email, .personName, .givenName, .familyName:
            personal(Person(number: person), number: number, random: &random).fitted(to: length)
        case .body, .title, .reply, .introduction, nil: prose(number: number, random: &random)
        default: distinct(short(number: number, random: &random), number: nil)
        }
    }

    /// Appends the number to what fits before it.
    private func distinct(_ text: String, number: Int?) -> String {
        guard let number else { return text.fitted(to: length) }
        let suffix = " \(number)"
        let room = max(length.upperBound - suffix.count, 0)
        return (text.fitted(to: 0...room) + suffix).fitted(to: length)
    }

    private func prose(number: Int?, random: inout SeedRandom) -> String {
        switch meaning {
        case .title: distinct(title(random: &random), number: number)
        case .reply: distinct(sentences(.replies, 15...200, random: &random), number: number)
        case .introduction:
            distinct(sentences(.introductions, 20...120, random: &random), number: number)
        case .body: distinct(sentences(.remarks, 40...400, random: &random), number: number)
        default: distinct(unknown(random: &random), number: number)
        }
    }

    private func sentences(
        _ sentences: Sentences,
        _ usual: ClosedRange<Int>,
        random: inout SeedRandom
    ) -> String {
        let lower = max(length.lowerBound, min(usual.lowerBound, length.upperBound))
        let upper = max(lower, min(usual.upperBound, length.upperBound))
        return sentences.text(length: lower...upper, random: &random)
    }

    /// A field whose name says nothing: a few words, or sentences where it has to be long.
    private func unknown(random: inout SeedRandom) -> String {
        guard length.lowerBound <= 30 else { return sentences(.remarks, 40...400, random: &random) }
        return random.pick(Words.adjectives) + " " + random.pick(Words.nouns)
    }

    private func title(random: inout SeedRandom) -> String {
        let first = random.pick(Words.adjectives).capitalizedFirst
        let noun = random.pick(Words.nouns)
        return switch random.below(4) {
        case 0: "\(first) \(noun)"
        case 1: "\(first) \(noun) in \(random.pick(Words.cities))"
        case 2: "\(random.pick(Words.gerunds).capitalizedFirst) with a \(noun)"
        default: "The \(random.pick(Words.adjectives)) \(noun) and the \(random.pick(Words.nouns))"
        }
    }

    private func short(number: Int?, random: inout SeedRandom) -> String {
        switch meaning {
        case .slug: slug(number: number, random: &random)
        case .url:
            "https://example.com/" + slug(number: number, random: &random)
        case .image:
            "https://example.com/images/" + slug(number: number, random: &random) + ".jpg"
        case .phone: "+1555" + digits(7, number: number, random: &random)
        case .postcode: digits(5, number: number, random: &random)
        case .code: "\(letters(3, random: &random))-" + digits(6, number: number, random: &random)
        case .version:
            "\(random.below(5)).\(random.below(20)).\(number ?? random.below(40))"
        default: name(random: &random) + (number.map { " \($0)" } ?? "")
        }
    }

    private func name(random: inout SeedRandom) -> String {
        switch meaning {
        case .city: random.pick(Words.cities)
        case .country:
            length.upperBound < 4 ? random.pick(Words.countryCodes) : random.pick(Words.countries)
        case .countryCode: random.pick(Words.countryCodes)
        case .street: street(random: &random)
        case .address: street(random: &random) + ", " + random.pick(Words.cities)
        case .company:
            random.pick(Words.familyNames) + " " + random.pick(Words.companySuffixes)
        case .color: random.pick(Words.colors)
        case .currency: random.pick(Words.currencies)
        case .language: random.pick(Words.languages)
        case .timeZone: random.pick(Words.timeZones)
        case .tag: random.pick(Words.tags)
        default: random.pick(Words.adjectives).capitalizedFirst + " " + random.pick(Words.things)
        }
    }

    private func street(random: inout SeedRandom) -> String {
        "\(1 + random.below(180)) \(random.pick(Words.familyNames)) \(random.pick(Words.streets))"
    }

    private func personal(
        _ person: Person,
        number: Int?,
        random: inout SeedRandom
    ) -> String {
        let suffix = number.map { " \($0)" } ?? ""
        switch meaning {
        case .givenName: return person.given + suffix
        case .familyName: return person.family + suffix
        case .personName: return "\(person.given) \(person.family)\(suffix)"
        default: break
        }
        let (given, family) = (person.given.plainLetters, person.family.plainLetters)
        guard meaning == .handle else {
            return "\(given).\(family)\(number ?? random.below(10_000))@example.com"
        }
        // Numbers that make distinct stand apart from those that are drawn: neither meets the other.
        if let number { return "\(given)_\(family)_\(number)".tail(length.upperBound) }
        return switch random.below(4) {
        case 0: given + family
        case 1: "\(given)_\(family)"
        case 2: "\(random.pick(Words.adjectives).plainLetters)_\(given)\(10 + random.below(90))"
        default: "\(given)\(family)\(1 + random.below(999))"
        }
    }

    private func slug(number: Int?, random: inout SeedRandom) -> String {
        let words = [random.pick(Words.adjectives), random.pick(Words.nouns)].map(\.plainLetters)
        let suffix = number.map { "\($0)" } ?? "\(10 + random.below(9_990))"
        return words.joined(separator: "-") + "-" + suffix
    }

    private func digits(_ count: Int, number: Int?, random: inout SeedRandom) -> String {
        let text = number.map { String($0) } ?? String(random.below(1_000_000_000))
        return String(repeating: "0", count: max(0, count - text.count))
            + text.suffix(max(count, 1))
    }

    private func letters(_ count: Int, random: inout SeedRandom) -> String {
        String((0..<count).map { _ in Character(random.pick(CharacterSets.uppercase)) })
    }
}

extension String {
    var capitalizedFirst: String {
        prefix(1).uppercased() + dropFirst()
    }

    /// In lowercase, with nothing but ASCII letters.
    fileprivate var plainLetters: String {
        let folded: [Character: String] = [
            "é": "e", "ü": "u", "á": "a", "ø": "o", "ë": "e", "ö": "o", "ä": "a",
        ]
        return reduce(into: "") { result, character in
            guard !character.isASCII else { return result += character.lowercased() }
            result += folded[character] ?? ""
        }
    }

    /// What is at its end, where a number makes it distinct.
    fileprivate func tail(_ count: Int) -> String {
        guard utf8.count > count else { return self }
        return String(suffix(count).drop { $0 == "_" })
    }
}
