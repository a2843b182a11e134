import JSON

/// The keys of one kind of mapping, for the loader and for the JSON Schema alike.
struct KeySet {
    struct Key {
        let name: String
        let summary: String
        let isRequired: Bool
        /// The JSON Schema of its value, without the description.
        let schema: JSONValue
    }

    let keys: [Key]
    /// Keys that the language is going to have.
    let later: Set<String>
    let names: [String]
    let required: [String]

    init(_ keys: [Key], later: Set<String> = []) {
        self.keys = keys
        self.later = later
        names = keys.map(\.name)
        required = keys.filter(\.isRequired).map(\.name)
    }

    /// The mapping's JSON Schema.
    var schema: JSONValue {
        var members: [JSONValue.Member] = [
            .init("type", "object"),
            .init("additionalProperties", false),
            .init("properties", .object(keys.map { .init($0.name, $0.describedSchema) })),
        ]
        if !required.isEmpty {
            members.append(.init("required", .array(required.map(JSONValue.string))))
        }
        return .object(members)
    }
}

extension KeySet.Key {
    static func required(_ name: String, _ schema: JSONValue, _ summary: String) -> Self {
        Self(name: name, summary: summary, isRequired: true, schema: schema)
    }

    static func optional(_ name: String, _ schema: JSONValue, _ summary: String) -> Self {
        Self(name: name, summary: summary, isRequired: false, schema: schema)
    }

    fileprivate var describedSchema: JSONValue {
        guard case .object(let members) = schema else { return schema }
        return .object([.init("description", .string(summary))] + members)
    }
}
