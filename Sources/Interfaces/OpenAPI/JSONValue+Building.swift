import JSON

extension JSONValue {
    /// An object of the members that have a value.
    static func members(_ members: (String, JSONValue?)...) -> JSONValue {
        .object(members.compactMap { name, value in value.map { Member(name, $0) } })
    }

    static func strings(_ texts: [String]) -> JSONValue {
        .array(texts.map { .string($0) })
    }

    /// This object with the members of another that it does not have yet.
    func adding(_ other: JSONValue) -> JSONValue {
        guard case .object(let own) = self, case .object(let new) = other else { return self }
        let names = Set(own.map(\.name))
        return .object(own + new.filter { !names.contains($0.name) })
    }

    /// A `$ref` to a component, as `schemas` and `Post`.
    static func reference(_ kind: String, _ name: String) -> JSONValue {
        ["$ref": .string("#/components/\(kind)/\(name)")]
    }

    static func schema(_ name: String) -> JSONValue { reference("schemas", name) }

    /// The value under a media type's schema, as `content` holds it.
    static func content(
        _ mediaTypes: [String],
        schema: JSONValue,
        examples: JSONValue? = nil
    ) -> JSONValue {
        .object(
            mediaTypes.map {
                Member($0, .members(("schema", schema), ("examples", examples)))
            }
        )
    }
}
