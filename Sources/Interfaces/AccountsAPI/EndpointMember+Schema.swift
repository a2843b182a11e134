import JSON

extension EndpointMember {
    /// The members as JSON Schema has an object.
    static func schema(
        of members: [EndpointMember],
        title: String? = nil,
        isOpen: Bool = false,
        alternatives: [[String]] = []
    ) -> JSONValue {
        let required = members.filter(\.isRequired).map { JSONValue.string($0.name) }
        var schema: [JSONValue.Member] = []
        if let title { schema.append(.init("title", .string(title))) }
        schema.append(.init("type", "object"))
        schema.append(
            .init("properties", .object(members.map { .init($0.name, $0.schema) }))
        )
        if !required.isEmpty { schema.append(.init("required", .array(required))) }
        if alternatives.count > 1 {
            let sets = alternatives.map { names -> JSONValue in
                ["required": .array(names.map { .string($0) })]
            }
            schema.append(.init("anyOf", .array(sets)))
        }
        if !isOpen { schema.append(.init("additionalProperties", false)) }
        return .object(schema)
    }

    /// An example of an object: the members that have one.
    static func example(of members: [EndpointMember]) -> JSONValue? {
        let values = members.compactMap { member in
            member.exampleValue.map { JSONValue.Member(member.name, $0) }
        }
        return values.isEmpty ? nil : .object(values)
    }

    /// The member's schema, with its description and example.
    var schema: JSONValue {
        guard case .object(var members) = kind.schema else { return kind.schema }
        members.append(.init("description", .string(description)))
        if let exampleValue { members.append(.init("examples", [exampleValue])) }
        return .object(members)
    }

    private var exampleValue: JSONValue? {
        if let example { return example }
        switch kind {
        case .email: return "ada@example.com"
        case .password, .newPassword: return "correct horse battery"
        default: return nil
        }
    }
}

extension EndpointMember.Kind {
    var schema: JSONValue {
        switch self {
        case .text(let maximum): ["type": "string", "maxLength": .integer(Int64(maximum))]
        case .choice(let words): ["type": "string", "enum": .array(words.map { .string($0) })]
        case .email: ["type": "string", "format": "email", "maxLength": 254]
        case .password: ["type": "string", "format": "password", "writeOnly": true]
        case .newPassword:
            [
                "type": "string", "format": "password", "writeOnly": true, "minLength": 8,
                "maxLength": 128,
            ]
        case .uuid: ["type": "string", "format": "uuid"]
        case .integer(let range):
            [
                "type": "integer", "minimum": .integer(range.lowerBound),
                "maximum": .integer(range.upperBound),
            ]
        case .boolean: ["type": "boolean"]
        case .timestamp: ["type": "string", "format": "date-time"]
        case .list(let kind, let maximum):
            ["type": "array", "items": kind.schema, "maxItems": .integer(Int64(maximum))]
        case .members(let members): EndpointMember.schema(of: members, isOpen: true)
        case .object: ["type": "object"]
        case .nullable(let kind): ["anyOf": [kind.schema, ["type": "null"]]]
        }
    }
}
