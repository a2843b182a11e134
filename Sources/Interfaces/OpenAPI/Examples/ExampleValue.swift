import JSON
import ModelLanguage

/// A believable value of a field, chosen by its name and type, that satisfies its constraints.
struct ExampleValue {
    static let uuid = "0197a3c2-7b1e-7c3d-9f52-3b8a6c1d2e4f"
    static let instant = "2026-11-21T08:23:26.123456Z"

    let name: String
    let type: FieldType
    let constraints: Constraints
    let defaultValue: JSONValue?

    init(field: Field) {
        self.init(
            name: field.name,
            type: field.type,
            constraints: field.constraints,
            defaultValue: field.defaultValue
        )
    }

    init(name: String, type: FieldType, constraints: Constraints, defaultValue: JSONValue? = nil) {
        self.name = name
        self.type = type
        self.constraints = constraints
        self.defaultValue = defaultValue
    }

    /// The value; nil where none that satisfies the constraints was found.
    var json: JSONValue? {
        if let values = constraints.enumeration, !type.isList { return values.first }
        switch type {
        case .string: return text.map { .string($0) }
        case .integer: return integer.map { .integer($0) }
        case .number: return number
        case .boolean: return defaultValue ?? true
        case .datetime: return .string(Self.instant)
        case .date: return .string(words.contains("birthday") ? "1990-12-10" : "2026-11-21")
        case .uuid, .relation: return .string(Self.uuid)
        case .email: return "ada@example.com"
        case .url: return .string(url)
        case .json: return ["theme": "dark"]
        case .list(let element): return list(of: element)
        }
    }

    /// The name's words: `avatarUrl` has `avatar` and `url`.
    private var words: Set<String> {
        var words: [String] = [""]
        for character in name {
            if character == "_" {
                words.append("")
            } else if character.isUppercase {
                words.append(character.lowercased())
            } else {
                words[words.count - 1].append(character)
            }
        }
        return Set(words)
    }

    private var url: String {
        let isPicture = !words.isDisjoint(with: ["avatar", "image", "photo", "picture", "cover"])
        return isPicture ? "https://example.com/pictures/ada.jpg" : "https://example.com/ada"
    }

    private func list(of element: FieldType) -> JSONValue? {
        let item = ExampleValue(
            name: Names.singular(of: name),
            type: element,
            constraints: constraints
        )
        guard let value = item.json else { return nil }
        let count = constraints.minItems ?? 1
        if constraints.maxItems == 0 { return [] }
        if count > 1, constraints.uniqueItems {
            guard let values = constraints.enumeration, values.count >= count else { return nil }
            return .array(Array(values.prefix(count)))
        }
        return .array(Array(repeating: value, count: max(count, 1)))
    }
}

extension ExampleValue {
    private static let phrases: [(words: Set<String>, text: String)] = [
        (["handle", "username", "login", "nickname"], "ada_lovelace"),
        (["slug"], "a-walk-by-the-sea"),
        (["title", "subject", "headline"], "A walk by the sea"),
        (["name", "author", "author_name"], "Ada Lovelace"),
        (["bio", "about"], "Mathematician. I write about engines, poetry and the sea."),
        (["body", "text", "content", "message", "comment"], "The light by the sea is good today."),
        (["description", "summary", "notes", "note"], "What it is, said in a sentence or two."),
        (["city", "town"], "Lisbon"),
        (["country"], "PT"),
        (["language", "locale"], "en"),
        (["currency"], "EUR"),
        (["phone", "mobile"], "+351 912 345 678"),
        (["street", "address"], "12 Rua do Sol"),
        (["color", "colour"], "#3b82f6"),
        (["tag", "label", "category", "topic"], "travel"),
        (["sku", "code"], "MS-1042"),
        (["status", "state"], "open"),
        (["timezone"], "Europe/Lisbon"),
    ]

    private var text: String? {
        let candidates = Self.phrases.filter { !$0.words.isDisjoint(with: words) }.map(\.text)
        let candidate = defaultValue?.stringValue ?? candidates.first ?? "Example"
        guard let pattern = constraints.pattern else { return fitted(candidate) }
        guard let regex = try? Regex(pattern) else { return nil }
        let generated = PatternExample.text(matching: pattern).map { [$0] } ?? []
        return ([candidate] + candidates + generated).first {
            fits($0) && $0.firstMatch(of: regex) != nil
        }
    }

    private func fits(_ text: String) -> Bool {
        let length = text.unicodeScalars.count
        return length >= constraints.minLength ?? 0 && length <= constraints.maxLength ?? .max
    }

    /// The text cut or repeated to the length that the constraints ask for.
    private func fitted(_ text: String) -> String? {
        var result = text
        while result.count < constraints.minLength ?? 0, result.count < 10_000 {
            result += " " + text
        }
        if let maximum = constraints.maxLength, result.count > maximum {
            result = String(result.prefix(maximum))
            if result.hasSuffix(" ") { result = result.dropLast() + "." }
        }
        return fits(result) ? result : nil
    }

    private static let quantities: [(words: Set<String>, value: Int64)] = [
        (["age"], 36), (["year"], 2026), (["price", "amount", "total", "cost", "cents"], 1_999),
        (["rating", "stars", "score"], 4), (["quantity", "count", "seats"], 2),
        (["latitude", "lat"], 38), (["longitude", "lon", "lng"], -9), (["percent"], 25),
        (["duration", "seconds", "minutes"], 90), (["position", "rank", "level"], 1),
    ]

    private var quantity: Int64 {
        Self.quantities.first { !$0.words.isDisjoint(with: words) }?.value ?? 12
    }

    private var integer: Int64? {
        if case .integer(let value) = defaultValue { return value }
        let lower =
            constraints.minimum?.wholeNumber(.up)
            ?? constraints.exclusiveMinimum?.wholeNumber(.down).map { $0 &+ 1 } ?? .min
        let upper =
            constraints.maximum?.wholeNumber(.down)
            ?? constraints.exclusiveMaximum?.wholeNumber(.up).map { $0 &- 1 } ?? .max
        guard lower <= upper else { return nil }
        var value = min(max(quantity, lower), upper)
        if let step = constraints.multipleOf?.wholeNumber(.up), step > 0, value % step != 0 {
            value -= value % step
            if value < lower { value += step }
            if value > upper { return nil }
        }
        return value
    }

    private var number: JSONValue? {
        if let defaultValue { return defaultValue }
        let lower = constraints.minimum?.double ?? constraints.exclusiveMinimum?.double
        let upper = constraints.maximum?.double ?? constraints.exclusiveMaximum?.double
        if constraints.multipleOf != nil {
            return integer.map { .number(Double($0)) }
        }
        var value = Double(quantity) + 0.5
        if let lower, value <= lower { value = upper.map { (lower + $0) / 2 } ?? lower + 1.5 }
        if let upper, value >= upper { value = lower.map { ($0 + upper) / 2 } ?? upper - 1.5 }
        return .number(value)
    }
}

extension JSONValue {
    var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    fileprivate func wholeNumber(_ rule: FloatingPointRoundingRule) -> Int64? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int64(exactly: value.rounded(rule))
        default: nil
        }
    }
}
