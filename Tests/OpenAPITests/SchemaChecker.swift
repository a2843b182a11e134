import JSON

/// Checks values against the part of JSON Schema (2020-12) that the documents use.
struct SchemaChecker {
    let document: JSONValue

    /// What is wrong with a value, each with where; empty if it satisfies the schema.
    func errors(_ value: JSONValue, _ schema: JSONValue, at place: String = "") -> [String] {
        var errors: [String] = []
        if let reference = schema["$ref"]?.stringValue {
            guard let target = document.at(String(reference.dropFirst())) else {
                return ["\(place): \(reference) leads nowhere"]
            }
            errors += self.errors(value, target, at: place)
        }
        for part in schema["allOf"]?.elements ?? [] {
            errors += self.errors(value, part, at: place)
        }
        if let parts = schema["anyOf"]?.elements,
            !parts.contains(where: { self.errors(value, $0).isEmpty })
        {
            errors.append("\(place): none of anyOf")
        }
        if let parts = schema["oneOf"]?.elements {
            let count = parts.count { self.errors(value, $0).isEmpty }
            if count != 1 { errors.append("\(place): \(count) of oneOf") }
        }
        if !hasType(value, schema["type"]) { errors.append("\(place): type \(value.typeName)") }
        if let allowed = schema["enum"], !allowed.elements.contains(value) {
            errors.append("\(place): not in enum")
        }
        if let only = schema["const"], only != value { errors.append("\(place): const") }
        switch value {
        case .string(let text): errors += textErrors(text, schema, place)
        case .integer, .number: errors += numberErrors(value, schema, place)
        case .array(let items):
            errors += listErrors(items, schema, place)
        case .object(let members):
            errors += objectErrors(members, schema, place)
        default: break
        }
        return errors
    }

    private func hasType(_ value: JSONValue, _ type: JSONValue?) -> Bool {
        guard let type else { return true }
        let names = type.stringValue.map { [$0] } ?? type.elements.compactMap(\.stringValue)
        let isWhole = value.typeName == "integer"
        return names.contains(value.typeName) || (isWhole && names.contains("number"))
    }

    private func textErrors(_ text: String, _ schema: JSONValue, _ place: String) -> [String] {
        var errors: [String] = []
        let length = Double(text.unicodeScalars.count)
        if length < number(schema["minLength"]) ?? 0 { errors.append("\(place): too short") }
        if length > number(schema["maxLength"]) ?? .infinity { errors.append("\(place): too long") }
        if let pattern = schema["pattern"]?.stringValue {
            let expression = try? Regex(pattern.replacing("\\u0000", with: "\\x00"))
            if expression.flatMap({ text.firstMatch(of: $0) }) == nil {
                errors.append("\(place): does not match \(pattern)")
            }
        }
        return errors
    }

    private func numberErrors(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String]
    {
        guard let value = number(value) else { return [] }
        var errors: [String] = []
        if value < number(schema["minimum"]) ?? -.infinity { errors.append("\(place): minimum") }
        if value > number(schema["maximum"]) ?? .infinity { errors.append("\(place): maximum") }
        if let bound = number(schema["exclusiveMinimum"]), value <= bound {
            errors.append("\(place): exclusiveMinimum")
        }
        if let bound = number(schema["exclusiveMaximum"]), value >= bound {
            errors.append("\(place): exclusiveMaximum")
        }
        if let step = number(schema["multipleOf"]), value.remainder(dividingBy: step) != 0 {
            errors.append("\(place): multipleOf")
        }
        return errors
    }

    private func listErrors(_ items: [JSONValue], _ schema: JSONValue, _ place: String) -> [String]
    {
        var errors: [String] = []
        let count = Double(items.count)
        if count < number(schema["minItems"]) ?? 0 { errors.append("\(place): too few items") }
        if count > number(schema["maxItems"]) ?? .infinity { errors.append("\(place): too many") }
        if schema["uniqueItems"] == true, Set(items).count < items.count {
            errors.append("\(place): duplicates")
        }
        guard let each = schema["items"] else { return errors }
        for (index, item) in items.enumerated() {
            errors += self.errors(item, each, at: "\(place)/\(index)")
        }
        return errors
    }

    private func objectErrors(
        _ members: [JSONValue.Member],
        _ schema: JSONValue,
        _ place: String
    ) -> [String] {
        let names = Set(members.map(\.name))
        var errors = (schema["required"]?.elements ?? []).compactMap(\.stringValue)
            .filter { !names.contains($0) }
            .map { "\(place): \($0) is missing" }
        for member in members {
            if let property = schema["properties"]?[member.name] {
                errors += self.errors(member.value, property, at: "\(place)/\(member.name)")
            } else if schema["additionalProperties"] == false {
                errors.append("\(place): \(member.name) is unknown")
            }
        }
        return errors
    }

    private func number(_ value: JSONValue?) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }
}
