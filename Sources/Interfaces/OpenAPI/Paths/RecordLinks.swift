import JSON
import ModelLanguage

/// What can be done with a record that was just made: the links of its 201 answer.
struct RecordLinks {
    let collection: Collection
    let model: Model
    let names: Names

    var json: JSONValue {
        let name = names[collection.name]
        let own = ["get", "replace", "update", "delete"].map { verb in
            JSONValue.Member(
                verb,
                [
                    "operationId": .string(verb + name.singular),
                    "parameters": ["id": "$response.body#/id"],
                    "description": .string("\(verb.capitalizedFirst) this \(name.noun)."),
                ]
            )
        }
        return .object(own + model.collections.compactMap(creation))
    }

    /// A record of another collection that belongs to this one, where all else that it requires
    /// has an example.
    private func creation(of other: Collection) -> JSONValue.Member? {
        let required = other.fields.filter(\.isRequiredOnCreate)
        let relations = required.filter { $0.relation?.collection == collection.name }
        guard other.accounts == nil, relations.count == 1 else { return nil }
        var body: [JSONValue.Member] = []
        for field in required {
            if field.relation?.collection == collection.name {
                body.append(.init(field.name, "$response.body#/id"))
            } else if field.relation == nil, let value = ExampleValue(field: field).json {
                body.append(.init(field.name, value))
            } else {
                return nil
            }
        }
        let name = names[other.name]
        return .init(
            "create" + name.singular,
            [
                "operationId": .string("create" + name.singular),
                "requestBody": .object(body),
                "description": .string("Create \(name.noun.withArticle) that names it."),
            ]
        )
    }
}

extension Field {
    /// What the field points at, if it is a relation.
    var relation: Relation? {
        if case .relation(let relation) = type { relation } else { nil }
    }
}
