import JSON

extension DraftReader {
    func constraints(_ entries: Entries) -> Constraints {
        var constraints = Constraints()
        constraints.minLength = count(of: entries["minLength"])
        constraints.maxLength = count(of: entries["maxLength"])
        constraints.minItems = count(of: entries["minItems"])
        constraints.maxItems = count(of: entries["maxItems"])
        constraints.uniqueItems = boolean(of: entries["uniqueItems"]) ?? false
        constraints.pattern = text(of: entries["pattern"])?.value
        constraints.minimum = bound(entries["minimum"])
        constraints.maximum = bound(entries["maximum"])
        constraints.exclusiveMinimum = bound(entries["exclusiveMinimum"])
        constraints.exclusiveMaximum = bound(entries["exclusiveMaximum"])
        constraints.multipleOf = bound(entries["multipleOf"])
        if let pair = entries["enum"] {
            constraints.enumeration = items(of: pair, "values").map(\.json)
        }
        return constraints
    }

    /// A number; whether it fits the type is checked later.
    private func bound(_ pair: YAMLPair?) -> JSONValue? {
        guard let pair else { return nil }
        switch pair.value.scalar?.value {
        case .integer(let number)?: return .integer(number)
        case .number(let number)?: return .number(number)
        default:
            problems.error(
                "\"\(pair.key)\" is \(pair.value.kindName), no number",
                at: pair.value.place
            )
            return nil
        }
    }
}
