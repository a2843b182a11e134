import JSON

/// Checks that a field's constraints fit its type, and can be satisfied.
///
/// On a list those of texts and numbers hold for each item.
struct ConstraintCheck {
    let draft: FieldDraft
    let type: FieldType
    let problems: Problems

    static let keys = textKeys + numberKeys + listKeys + ["enum"]
    private static let textKeys = ["minLength", "maxLength", "pattern"]
    private static let numberKeys = [
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    ]
    private static let listKeys = ["minItems", "maxItems", "uniqueItems"]

    /// The type of single values.
    private var element: FieldType {
        if case .list(let element) = type { element } else { type }
    }

    func run() {
        checkFit()
        checkOrder(
            "minLength",
            draft.constraints.minLength,
            "maxLength",
            draft.constraints.maxLength
        )
        checkOrder("minItems", draft.constraints.minItems, "maxItems", draft.constraints.maxItems)
        checkBounds()
        checkPattern()
        checkEnumeration()
    }

    private func checkFit() {
        let isText = [.string, .email, .url].contains(element)
        let isNumber = [.integer, .number].contains(element)
        var fitting: Set<String> = []
        if isText { fitting.formUnion(Self.textKeys) }
        if isNumber { fitting.formUnion(Self.numberKeys) }
        if isText || isNumber || element == .date { fitting.insert("enum") }
        if element != type { fitting.formUnion(Self.listKeys) }
        for key in Self.keys where draft.keyPlaces[key] != nil && !fitting.contains(key) {
            let hint = fitting.sorted().joined(separator: ", ")
            problems.error(
                "\"\(key)\" does not fit the type \(type.name)",
                at: draft.place(of: key),
                hint: fitting.isEmpty ? "leave it out" : "what fits: \(hint)"
            )
        }
    }

    private func checkOrder(_ lower: String, _ least: Int?, _ upper: String, _ greatest: Int?) {
        guard let least, let greatest, least > greatest else { return }
        problems.error(
            "\"\(lower)\" is greater than \"\(upper)\"",
            at: draft.place(of: lower)
        )
    }

    private func checkBounds() {
        let constraints = draft.constraints
        let bounds = [
            ("minimum", constraints.minimum), ("maximum", constraints.maximum),
            ("exclusiveMinimum", constraints.exclusiveMinimum),
            ("exclusiveMaximum", constraints.exclusiveMaximum),
            ("multipleOf", constraints.multipleOf),
        ]
        for (key, value) in bounds where element == .integer {
            guard case .number? = value else { continue }
            problems.error("\"\(key)\" of an integer is an integer", at: draft.place(of: key))
        }
        if let divisor = constraints.multipleOf?.doubleValue, divisor <= 0 {
            problems.error("\"multipleOf\" is greater than 0", at: draft.place(of: "multipleOf"))
        }
        let isEmpty =
            isBeyond(constraints.minimum, constraints.maximum, orEqual: false)
            || isBeyond(constraints.minimum, constraints.exclusiveMaximum, orEqual: true)
            || isBeyond(constraints.exclusiveMinimum, constraints.maximum, orEqual: true)
            || isBeyond(constraints.exclusiveMinimum, constraints.exclusiveMaximum, orEqual: true)
        if isEmpty {
            let key = ["minimum", "exclusiveMinimum"].first { draft.keyPlaces[$0] != nil }
            problems.error(
                "no number is within the bounds",
                at: draft.place(of: key ?? "minimum"),
                hint: "swap the least and the greatest"
            )
        }
    }

    private func isBeyond(_ lower: JSONValue?, _ upper: JSONValue?, orEqual: Bool) -> Bool {
        guard let lower = lower?.doubleValue, let upper = upper?.doubleValue else { return false }
        return orEqual ? lower >= upper : lower > upper
    }

    private func checkPattern() {
        guard let pattern = draft.constraints.pattern else { return }
        guard let reason = TextPattern.mistake(in: pattern) else { return }
        problems.error(
            "the pattern is not valid: \(reason)",
            at: draft.place(of: "pattern"),
            hint: "patterns are RE2's: no lookaround, no back-references"
        )
    }

    private func checkEnumeration() {
        guard let values = draft.constraints.enumeration else { return }
        let place = draft.place(of: "enum")
        if values.isEmpty { problems.error("\"enum\" has no value", at: place) }
        if Set(values).count < values.count {
            problems.error("\"enum\" has a value twice", at: place)
        }
        for value in values {
            guard
                let mistake = LiteralCheck(type: element, constraints: Constraints()).mistake(value)
            else { continue }
            problems.error("a value of \"enum\" \(mistake.message)", at: place, hint: mistake.hint)
            return
        }
    }
}

extension JSONValue {
    /// The number as a double; nil if this is none.
    var doubleValue: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }
}
