import Expressions
import JSON

/// Checks a literal of the model file against a type and its constraints.
struct LiteralCheck {
    struct Mistake {
        /// A phrase whose subject is the literal: "is longer than 5".
        let message: String
        var hint: String?
    }

    let type: FieldType
    let constraints: Constraints

    func mistake(_ value: JSONValue) -> Mistake? {
        if case .list(let element) = type { return mistake(value, listOf: element) }
        if let mistake = typeMistake(value) { return mistake }
        if let values = constraints.enumeration, !values.contains(value) {
            let allowed = values.map(\.description).joined(separator: ", ")
            return Mistake(
                message: "is not among the values of \"enum\"",
                hint: "they are \(allowed)"
            )
        }
        switch value {
        case .string(let text): return textMistake(text)
        case .integer, .number: return numberMistake(value)
        default: return nil
        }
    }

    private func mistake(_ value: JSONValue, listOf element: FieldType) -> Mistake? {
        guard case .array(let items) = value else {
            return Mistake(message: "is \(value.typeNameWithArticle), no list")
        }
        if let least = constraints.minItems, items.count < least {
            return Mistake(message: "has fewer than \(least) items")
        }
        if let greatest = constraints.maxItems, items.count > greatest {
            return Mistake(message: "has more than \(greatest) items")
        }
        if constraints.uniqueItems, Set(items).count < items.count {
            return Mistake(message: "has an item twice")
        }
        let check = LiteralCheck(type: element, constraints: constraints)
        for item in items {
            guard let mistake = check.mistake(item) else { continue }
            return Mistake(message: "has an item that \(mistake.message)", hint: mistake.hint)
        }
        return nil
    }

    private func typeMistake(_ value: JSONValue) -> Mistake? {
        switch (type, value) {
        case (.json, _), (.boolean, .bool), (.integer, .integer), (.number, .integer),
            (.number, .number), (.string, .string):
            return nil
        case (.date, .string(let text)):
            return formMistake(CivilDate.isValid(text), "a date", "2026-01-31")
        case (.datetime, .string(let text)):
            let isValid = Timestamp(rfc3339: text) != nil
            return formMistake(isValid, "a datetime", "2026-01-31T12:00:00Z")
        case (.uuid, .string(let text)), (.relation, .string(let text)):
            let example = "0190a0b0-0000-7000-8000-000000000000"
            return formMistake(TextForms.isUUID(text), "a uuid", example)
        case (.email, .string(let text)):
            return formMistake(TextForms.isEmail(text), "an email address", "ann@example.org")
        case (.url, .string(let text)):
            return formMistake(TextForms.isURL(text), "a URL", "https://example.org/")
        case (.string, _):
            return Mistake(
                message: "is \(value.typeNameWithArticle), no string",
                hint: "put it in quotes"
            )
        case (.boolean, .string):
            return Mistake(message: "is a string, which is no boolean", hint: "write true or false")
        default:
            return Mistake(message: "is \(value.typeNameWithArticle), which is no \(type.name)")
        }
    }

    private func formMistake(_ isValid: Bool, _ what: String, _ example: String) -> Mistake? {
        isValid ? nil : Mistake(message: "is not \(what)", hint: "write it as in \(example)")
    }

    private func textMistake(_ text: String) -> Mistake? {
        if text.utf8.contains(0) { return Mistake(message: "holds a null character") }
        let length = text.unicodeScalars.count
        if let least = constraints.minLength, length < least {
            return Mistake(message: "is shorter than \(least)")
        }
        if let greatest = constraints.maxLength, length > greatest {
            return Mistake(message: "is longer than \(greatest)")
        }
        if let pattern = constraints.pattern, !TextPattern.occurs(pattern, in: text) {
            return Mistake(message: "does not match \"pattern\"")
        }
        return nil
    }

    private func numberMistake(_ value: JSONValue) -> Mistake? {
        guard let number = value.doubleValue else { return nil }
        if let least = constraints.minimum?.doubleValue, number < least {
            return Mistake(message: "is less than \"minimum\"")
        }
        if let greatest = constraints.maximum?.doubleValue, number > greatest {
            return Mistake(message: "is greater than \"maximum\"")
        }
        if let bound = constraints.exclusiveMinimum?.doubleValue, number <= bound {
            return Mistake(message: "is not greater than \"exclusiveMinimum\"")
        }
        if let bound = constraints.exclusiveMaximum?.doubleValue, number >= bound {
            return Mistake(message: "is not less than \"exclusiveMaximum\"")
        }
        if let divisor = constraints.multipleOf?.doubleValue, divisor > 0 {
            let quotient = number / divisor
            if abs(quotient - quotient.rounded()) > 1e-9 {
                return Mistake(message: "is no multiple of \"multipleOf\"")
            }
        }
        return nil
    }
}

extension JSONValue {
    fileprivate var typeNameWithArticle: String {
        switch self {
        case .null: "null"
        case .array: "a list"
        case .object: "a mapping"
        case .integer: "an integer"
        default: "a \(typeName)"
        }
    }
}
