import JSON

/// As much of a JSON Schema validator as the model language's schema needs.
///
/// A keyword that it does
/// not know is a failure, so that the schema cannot outgrow it unnoticed.
struct SchemaValidator {
    let document: JSONValue

    /// What is wrong with a value, by JSON pointer.
    func problems(_ value: JSONValue) -> [String] {
        problems(value, document, at: "")
    }

    private func problems(_ value: JSONValue, _ schema: JSONValue, at path: String) -> [String] {
        guard case .object(let keywords) = schema else { return ["\(path): no schema"] }
        return keywords.flatMap { keyword in
            problems(value, keyword: keyword.name, keyword.value, of: schema, at: path)
        }
    }

    private func problems(
        _ value: JSONValue,
        keyword: String,
        _ argument: JSONValue,
        of schema: JSONValue,
        at path: String
    ) -> [String] {
        switch keyword {
        case "$schema", "title", "description", "examples", "$defs": []
        case "$ref": problems(value, resolve(argument), at: path)
        case "type": argument.holds(type: value) ? [] : ["\(path): is no \(argument)"]
        case "enum": argument.elements.contains(value) ? [] : ["\(path): is not in enum"]
        case "pattern": value.matches(argument) ? [] : ["\(path): does not match \(argument)"]
        case "minimum": value.isBelow(argument) ? ["\(path): is too small"] : []
        case "exclusiveMinimum":
            value.isBelow(argument) || value == argument ? ["\(path): is too small"] : []
        case "minItems": value.isShorter(than: argument) ? ["\(path): is too short"] : []
        case "maxItems": value.isLonger(than: argument) ? ["\(path): is too long"] : []
        case "oneOf":
            fitting(value, argument, path) == 1
                ? [] : ["\(path): fits \(fitting(value, argument, path))"]
        case "anyOf": fitting(value, argument, path) > 0 ? [] : ["\(path): fits none"]
        case "items":
            value.elements.enumerated().flatMap { problems($1, argument, at: "\(path)/\($0)") }
        case "required":
            value.isObject
                ? argument.elements.filter { value[$0.stringValue ?? ""] == nil }
                    .map { "\(path): needs \($0)" } : []
        case "properties":
            argument.members.flatMap { property in
                value[property.name].map {
                    problems($0, property.value, at: "\(path)/\(property.name)")
                } ?? []
            }
        case "propertyNames":
            value.members.flatMap { problems(.string($0.name), argument, at: "\(path)/\($0.name)") }
        case "additionalProperties": additional(value, argument, of: schema, at: path)
        default: ["\(path): the keyword \(keyword) is unknown"]
        }
    }

    private func additional(
        _ value: JSONValue,
        _ argument: JSONValue,
        of schema: JSONValue,
        at path: String
    ) -> [String] {
        let known = Set(schema["properties"]?.members.map(\.name) ?? [])
        return value.members.filter { !known.contains($0.name) }.flatMap { member in
            argument == false
                ? ["\(path): does not know \(member.name)"]
                : problems(member.value, argument, at: "\(path)/\(member.name)")
        }
    }

    private func fitting(_ value: JSONValue, _ schemas: JSONValue, _ path: String) -> Int {
        schemas.elements.count { problems(value, $0, at: path).isEmpty }
    }

    private func resolve(_ reference: JSONValue) -> JSONValue {
        let name = reference.stringValue?.split(separator: "/").last.map(String.init) ?? ""
        return document["$defs"]?[name] ?? .null
    }
}

extension JSONValue {
    var members: [Member] {
        guard case .object(let members) = self else { return [] }
        return members
    }

    var elements: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    fileprivate var isObject: Bool {
        if case .object = self { true } else { false }
    }

    fileprivate func holds(type value: JSONValue) -> Bool {
        if case .array(let types) = self { return types.contains { $0.holds(type: value) } }
        return stringValue == value.typeName
            || (stringValue == "number" && value.typeName == "integer")
    }

    fileprivate func matches(_ pattern: JSONValue) -> Bool {
        guard let text = stringValue, let pattern = pattern.stringValue else { return true }
        guard let regex = try? Regex(pattern) else { return false }
        return text.contains(regex)
    }

    fileprivate func isBelow(_ bound: JSONValue) -> Bool {
        guard case .integer(let number) = self, case .integer(let bound) = bound else {
            return false
        }
        return number < bound
    }

    fileprivate func isShorter(than bound: JSONValue) -> Bool {
        guard case .array(let items) = self, case .integer(let bound) = bound else { return false }
        return items.count < bound
    }

    fileprivate func isLonger(than bound: JSONValue) -> Bool {
        guard case .array(let items) = self, case .integer(let bound) = bound else { return false }
        return items.count > bound
    }
}
