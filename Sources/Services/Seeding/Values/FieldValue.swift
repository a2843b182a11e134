import Engine
import Expressions
import JSON
import ModelLanguage
import Storage

/// What the values of one field are made of, as columns hold them.
struct FieldValue {
    /// What a value is made for.
    struct Moment {
        /// Distinct for every record that was ever seeded, for values that have to be unique.
        let number: Int
        /// How often the record was drawn before and clashed.
        let attempt: Int
        /// Microseconds since 1970.
        let created: Int64
        let now: Int64
    }

    private enum Source {
        case choice([JSONValue])
        case text(TextValue)
        case pattern(PatternText, usual: TextValue)
        case number(NumberValue)
        case flag(probability: Double)
        case time(TimeValue, isDate: Bool)
        case uuid
        case json
        indirect case list(FieldValue, count: ClosedRange<Int>, isUnique: Bool)
    }

    private let type: FieldType
    private let source: Source
    private let isUnique: Bool
    private let defaultValue: SQLValue?
    private let nullShare: Double

    /// Throws if no text for the field's pattern can be made.
    init(_ field: Field, of collection: Collection) throws(SeedError) {
        let meaning = Meaning(field: field.name, of: collection)
        type = field.type
        isUnique =
            field.isUnique || collection.uniqueSets.contains { $0.contains(field.name) }
        nullShare = field.isOptional ? (field.isUnique ? 0 : 0.25) : 0
        let hasFewValues = field.constraints.enumeration != nil || field.type == .boolean
        defaultValue =
            isUnique || hasFewValues
            ? nil : field.defaultValue.flatMap { SQLValue($0, as: field.type) }
        source = try Self.source(field, field.type, meaning, of: collection)
    }

    private init(element: FieldType, of field: Field, source: Source) {
        type = element
        self.source = source
        isUnique = false
        defaultValue = nil
        nullShare = 0
    }

    func column(_ moment: Moment, random: inout SeedRandom) throws(SeedError) -> SQLValue {
        if nullShare > 0, random.chance(nullShare) { return .null }
        if let defaultValue, random.chance(0.7) { return defaultValue }
        switch source {
        case .choice(let values):
            return SQLValue(values[weighted(values.count, random: &random)], as: type) ?? .null
        case .text(let value):
            return .text(
                value.text(number: number(at: moment), person: moment.number, random: &random)
            )
        case .pattern(let pattern, let usual):
            return .text(try text(pattern, usual, moment, random: &random))
        case .number(let value):
            return value.column(number: isUnique ? moment.number : nil, random: &random)
        case .flag(let probability): return .boolean(random.chance(probability))
        case .time(let value, let isDate):
            let time = value.microseconds(moment, random: &random)
            return isDate ? .text(TimeValue.date(time)) : .integer(time)
        case .uuid: return .text(Self.uuid(random: &random))
        case .json: return .text(Self.document(random: &random))
        case .list(let element, let count, let isUnique):
            return try list(of: element, count, isUnique, moment, random: &random)
        }
    }

    /// The number that makes a text distinct; nil where the text may well be so without.
    private func number(at moment: Moment) -> Int? {
        isUnique && moment.attempt > 0 ? moment.number : nil
    }

    /// The first one half of the time, and each further one less often.
    private func weighted(_ count: Int, random: inout SeedRandom) -> Int {
        guard count > 1, !random.chance(0.4) else { return 0 }
        return random.active(below: count)
    }
}

// MARK: - Which source

extension FieldValue {
    private static func source(
        _ field: Field,
        _ type: FieldType,
        _ meaning: Meaning?,
        of collection: Collection
    ) throws(SeedError) -> Source {
        if let values = field.constraints.enumeration, !values.isEmpty { return .choice(values) }
        switch type {
        case .string: return try text(field, meaning, of: collection)
        case .email: return .text(TextValue(meaning: .email, length: length(of: field, 254)))
        case .url:
            let meaning = meaning == .image ? Meaning.image : .url
            return .text(TextValue(meaning: meaning, length: length(of: field, 2_048)))
        case .integer: return .number(NumberValue(field, isWhole: true))
        case .number: return .number(NumberValue(field, isWhole: false))
        case .boolean: return .flag(probability: NumberValue.probability(of: field))
        case .datetime: return .time(TimeValue(field.name), isDate: false)
        case .date: return .time(TimeValue(field.name), isDate: true)
        case .uuid, .relation: return .uuid
        case .json: return .json
        case .list(let element):
            let lower = field.constraints.minItems ?? 0
            let upper = max(lower, min(field.constraints.maxItems ?? 4, lower + 4))
            let source = try source(field, element, meaning, of: collection)
            return .list(
                FieldValue(element: element, of: field, source: source),
                count: lower...upper,
                isUnique: field.constraints.uniqueItems
            )
        }
    }

    private static func text(
        _ field: Field,
        _ meaning: Meaning?,
        of collection: Collection
    ) throws(SeedError) -> Source {
        let length = length(of: field, 100_000)
        let usual = TextValue(meaning: meaning, length: length)
        guard let pattern = field.constraints.pattern else { return .text(usual) }
        let place = "\(collection.name).\(field.name)"
        let text: PatternText
        do {
            text = try PatternText(pattern, length: length)
        } catch {
            throw .pattern(field: place, pattern: pattern, reason: error.reason)
        }
        var random = SeedRandom(seed: 1)
        let isPossible =
            text.text(random: &random) != nil
            || (0..<20).contains { attempt in
                text.matches(usual.text(number: nil, person: attempt, random: &random))
            }
        guard isPossible else {
            let reason = text.obstacle ?? "no text that was tried matches it"
            throw .pattern(field: place, pattern: pattern, reason: reason)
        }
        return .pattern(text, usual: usual)
    }

    private static func length(of field: Field, _ limit: Int) -> ClosedRange<Int> {
        let lower = field.constraints.minLength ?? 0
        return lower...max(lower, field.constraints.maxLength ?? limit)
    }
}

// MARK: - Values

extension FieldValue {
    /// A usual text where one matches the pattern, else one made from the pattern.
    private func text(
        _ pattern: PatternText,
        _ usual: TextValue,
        _ moment: Moment,
        random: inout SeedRandom
    ) throws(SeedError) -> String {
        if usual.meaning != nil, moment.attempt < 8 {
            let text = usual.text(
                number: number(at: moment),
                person: moment.number,
                random: &random
            )
            if pattern.matches(text) { return text }
        }
        if let text = pattern.text(random: &random) { return text }
        for _ in 0..<20 {
            let text = usual.text(number: nil, person: moment.number, random: &random)
            if pattern.matches(text) { return text }
        }
        throw .pattern(field: "", pattern: "", reason: "no text that was tried matches it")
    }

    private func list(
        of element: FieldValue,
        _ count: ClosedRange<Int>,
        _ isUnique: Bool,
        _ moment: Moment,
        random: inout SeedRandom
    ) throws(SeedError) -> SQLValue {
        let wanted = count.lowerBound + random.below(count.count)
        var items: [JSONValue] = []
        for attempt in 0..<(wanted * 4) where items.count < wanted {
            let moment = Moment(
                number: moment.number &* 100 &+ attempt,
                attempt: attempt,
                created: moment.created,
                now: moment.now
            )
            let item = try element.column(moment, random: &random).json(as: element.type)
            if !isUnique || !items.contains(item) { items.append(item) }
        }
        return .text(JSONValue.array(items).description)
    }

    private static func uuid(random: inout SeedRandom) -> String {
        RecordIDGenerator.text(
            high: random.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000,
            low: random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        )
    }

    private static func document(random: inout SeedRandom) -> String {
        let document: JSONValue = [
            "theme": .string(random.pick(Words.colors)),
            "language": .string(random.pick(Words.languages)),
            "count": .integer(Int64(random.below(100))),
        ]
        return document.description
    }
}
