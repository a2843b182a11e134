import Expressions
import JSON
import ModelLanguage

/// Checks a field's values against its constraints; made once a field.
struct ConstraintChecker: Sendable {
    private let field: Field
    private let pattern: RegularExpression?
    private let enumeration: [JSONValue]?
    private let maximumStringLength: Int
    private let maximumListLength: Int

    init(field: Field, limits: EngineLimits) {
        self.field = field
        pattern = field.constraints.pattern.flatMap { try? RegularExpression($0) }
        enumeration = field.constraints.enumeration?.map(Self.canonical)
        maximumStringLength = field.constraints.maxLength ?? limits.maximumStringLength
        maximumListLength = field.constraints.maxItems ?? limits.maximumListLength
    }

    /// What is wrong with a value of the right type; nil if nothing is.
    ///
    /// On a list the constraints of values hold for each item.
    func problem(with json: JSONValue) -> FieldCoder.Mismatch? {
        guard field.type != .json else { return nil }
        guard case .array(let items) = json else { return problem(withValue: json) }
        if let mismatch = problem(withCountOf: items) { return mismatch }
        for (index, item) in items.enumerated() {
            guard let mismatch = problem(withValue: item) else { continue }
            return FieldCoder.Mismatch(
                code: mismatch.code,
                detail: "item \(index) \(mismatch.detail)"
            )
        }
        return nil
    }

    private func problem(withValue json: JSONValue) -> FieldCoder.Mismatch? {
        if let allowed = enumeration, !allowed.contains(Self.canonical(json)) {
            return FieldCoder.Mismatch(
                code: "field.enum",
                detail: "has to be one of \(allowed.map(\.description).joined(separator: ", "))"
            )
        }
        return switch json {
        case .string(let text): problem(withText: text)
        case .integer, .number: problem(withNumber: json)
        default: nil
        }
    }

    private func problem(withText text: String) -> FieldCoder.Mismatch? {
        // A string has at most as many code points as bytes, so most need not be counted.
        let bytes = text.utf8.count
        let minimum = field.constraints.minLength ?? 0
        if minimum > 0 || bytes > maximumStringLength {
            let length = text.unicodeScalars.count
            if length < minimum {
                return FieldCoder.Mismatch(
                    code: "field.too-short",
                    detail:
                        "has to have at least \(Self.count(minimum, "character")), not \(length)"
                )
            }
            if length > maximumStringLength {
                return FieldCoder.Mismatch(
                    code: "field.too-long",
                    detail: "has to have at most \(Self.count(maximumStringLength, "character")), "
                        + "not \(length)"
                )
            }
        }
        if let pattern, !pattern.occurs(in: text) {
            return FieldCoder.Mismatch(
                code: "field.pattern",
                detail: "has to match the pattern \(field.constraints.pattern ?? "")"
            )
        }
        return nil
    }

    private func problem(withNumber json: JSONValue) -> FieldCoder.Mismatch? {
        let constraints = field.constraints
        if let bound = constraints.minimum, Self.isLess(json, bound) {
            return FieldCoder.Mismatch(
                code: "field.minimum",
                detail: "has to be at least \(bound)"
            )
        }
        if let bound = constraints.maximum, Self.isLess(bound, json) {
            return FieldCoder.Mismatch(code: "field.maximum", detail: "has to be at most \(bound)")
        }
        if let bound = constraints.exclusiveMinimum, !Self.isLess(bound, json) {
            return FieldCoder.Mismatch(
                code: "field.minimum",
                detail: "has to be more than \(bound)"
            )
        }
        if let bound = constraints.exclusiveMaximum, !Self.isLess(json, bound) {
            return FieldCoder.Mismatch(
                code: "field.maximum",
                detail: "has to be less than \(bound)"
            )
        }
        if let factor = constraints.multipleOf, !Self.isMultiple(json, of: factor) {
            return FieldCoder.Mismatch(
                code: "field.multiple-of",
                detail: "has to be a multiple of \(factor)"
            )
        }
        return nil
    }

    private func problem(withCountOf items: [JSONValue]) -> FieldCoder.Mismatch? {
        let constraints = field.constraints
        if items.count < constraints.minItems ?? 0 {
            return FieldCoder.Mismatch(
                code: "field.too-few-items",
                detail: "has to have at least \(Self.count(constraints.minItems ?? 0, "item"))"
            )
        }
        if items.count > maximumListLength {
            return FieldCoder.Mismatch(
                code: "field.too-many-items",
                detail: "has to have at most \(Self.count(maximumListLength, "item"))"
            )
        }
        if constraints.uniqueItems, Set(items.map(Self.canonical)).count < items.count {
            return FieldCoder.Mismatch(
                code: "field.unique-items",
                detail: "must not have an item twice"
            )
        }
        return nil
    }

    /// "1 item", "2 items".
    private static func count(_ number: Int, _ noun: String) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
    }

    /// A number in the one form that all ways of writing it share.
    private static func canonical(_ json: JSONValue) -> JSONValue {
        guard case .number(let number) = json, number.magnitude < 0x1p53,
            let whole = Int64(exactly: number)
        else { return json }
        return .integer(whole)
    }

    /// Compares exactly, whether written as integers or not.
    private static func isLess(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left < right
        case (.integer(let left), .number(let right)): Double(left) < right
        case (.number(let left), .integer(let right)): left < Double(right)
        case (.number(let left), .number(let right)): left < right
        default: false
        }
    }

    private static func isMultiple(_ json: JSONValue, of factor: JSONValue) -> Bool {
        switch (json, factor) {
        case (.integer(let value), .integer(let factor)):
            return factor != 0
                && value.remainderReportingOverflow(dividingBy: factor).partialValue == 0
        default:
            guard let value = double(json), let factor = double(factor), factor != 0 else {
                return false
            }
            let quotient = value / factor
            return (quotient - quotient.rounded()).magnitude <= 1e-9 * max(1, quotient.magnitude)
        }
    }

    private static func double(_ json: JSONValue) -> Double? {
        switch json {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }
}
