import Expressions

/// Instants that suit a field's name, none of them after now but those that a name asks for.
struct TimeValue {
    private enum Kind {
        /// Between the record's creation and now.
        case since
        /// Up to a year before the record's creation.
        case before
        case birth
        /// Up to two months after the record's creation.
        case after
    }

    private static let day: Int64 = 86_400 * 1_000_000
    private let kind: Kind

    init(_ name: String) {
        let words = Meaning.words(of: name)
        let isAnyOf = { (names: Set<String>) in words.contains { names.contains($0) } }
        kind =
            if isAnyOf(["birth", "birthday", "birthdate", "born", "dob"]) {
                .birth
            } else if isAnyOf(["expires", "expiry", "due", "deadline", "until", "end", "ends"]) {
                .after
            } else if words.last == "at" || isAnyOf(["published", "seen", "paid", "completed"]) {
                .since
            } else {
                .before
            }
    }

    /// Microseconds since 1970.
    func microseconds(_ moment: FieldValue.Moment, random: inout SeedRandom) -> Int64 {
        let draw = random.unit()
        let age = max(moment.now - moment.created, 1)
        return switch kind {
        case .since: moment.created + Int64(draw * draw * draw * Double(age))
        case .before: moment.created - Int64(draw * draw * Double(365 * Self.day))
        case .birth: moment.now - Int64((18 + draw * 52) * 365.25 * Double(Self.day))
        case .after: moment.created + Int64(draw * Double(60 * Self.day))
        }
    }

    /// The day in UTC, as `2026-01-31`.
    static func date(_ microseconds: Int64) -> String {
        guard let instant = Timestamp(microseconds: microseconds) else { return "2000-01-01" }
        return String(instant.description.prefix(10))
    }
}
