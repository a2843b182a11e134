import JSON
import ModelLanguage

/// The parameters whose values are a collection's names.
struct CollectionParameters {
    let collection: Collection
    let model: Model

    /// What these parameters have in front of their names in `components`: `Post`.
    let prefix: String

    /// The definitions, for `components`.
    var components: [JSONValue.Member] {
        let all = [("Filter", filter), ("Sort", sort), ("Fields", fields)]
        return all.map { .init(prefix + $0, $1) }
            + (expand.map { [.init(prefix + "Expand", $0)] } ?? [])
    }

    private func reference(_ suffix: String) -> JSONValue {
        .reference("parameters", prefix + suffix)
    }

    /// All parameters of a list of the collection's records.
    var list: [JSONValue] {
        [reference("Filter"), reference("Sort")] + selection
            + RequestParameter.paging.map(\.reference) + [
                RequestParameter.count.reference, RequestParameter.ifNoneMatch.reference,
            ]
    }

    /// `fields`, and `expand` where there is something to expand.
    var selection: [JSONValue] {
        [reference("Fields")] + (expand == nil ? [] : [reference("Expand")])
    }

    private var fields: JSONValue {
        let names = collection.fields.map(\.name)
        return separated(
            "fields",
            "The members that the answer has; all of them where it is left out.",
            values: names,
            example: Array(names.prefix(2))
        )
    }

    private var expand: JSONValue? {
        let paths = ExpandPaths(model: model).paths(from: collection)
        guard let first = paths.first else { return nil }
        return separated(
            "expand",
            "The related records to answer too, under `expand`: relations, and records that point "
                + "here (at most \(Bounds.backRelationRecords) each, the newest first). "
                + "Paths have up to three steps.",
            values: paths,
            maximum: Bounds.expandedPaths,
            example: [first]
        )
    }

    private var sort: JSONValue {
        // An order tells values, so what is hidden from some cannot be sorted by.
        let sortable = collection.fields.filter {
            $0.type.isComparable && $0.read == nil && $0.encryption == nil
        }
        .map(\.name)
        return separated(
            "sort",
            "The fields to sort by, the first one first; `-` in front of a name turns the order.",
            values: sortable.flatMap { [$0, "-" + $0] },
            maximum: Bounds.sortKeys,
            isUnique: true,
            example: ["-created"]
        )
    }

    private var filter: JSONValue {
        let examples = filterExamples.enumerated().map { index, filter in
            JSONValue.Member("example\(index + 1)", ["value": .string(filter)])
        }
        let names = collection.fields.filter { $0.encryption != .plain }
            .map { "`\($0.name)`" }.joined(separator: ", ")
        return [
            "name": "filter",
            "in": "query",
            "description": .string(
                "A condition in CEL, the Common Expression Language, over \(names), `now` and "
                    + "`auth`. Only records for which it is true are answered."
            ),
            "schema": [
                "type": "string", "minLength": 1, "maxLength": .integer(Bounds.filterLength),
            ],
            "examples": .object(examples),
        ]
    }

    /// Conditions that hold for some record of the collection.
    private var filterExamples: [String] {
        var examples = collection.fields.filter {
            $0.origin == .model && $0.read == nil && $0.encryption == nil
        }
        .compactMap(Self.condition).prefix(2).map { $0 }
        if let first = examples.first, examples.count > 1 {
            examples.append("\(first) && created > now - duration(\"24h\")")
        } else {
            examples.append("created > timestamp(\"2026-01-01T00:00:00Z\")")
        }
        return examples
    }

    private static func condition(on field: Field) -> String? {
        let null = field.isOptional ? "\(field.name) != null && " : ""
        switch field.type {
        case .string:
            guard let value = ExampleValue(field: field).json?.stringValue else { return nil }
            if field.constraints.enumeration != nil || field.isUnique {
                return "\(field.name) == \(JSONValue.string(value))"
            }
            let word = value.split { !$0.isLetter }.max { $0.count < $1.count } ?? "a"
            return "\(null)\(field.name).contains(\"\(word)\")"
        case .integer: return "\(null)\(field.name) >= 10"
        case .number: return "\(null)\(field.name) >= 9.5"
        case .boolean: return field.isOptional ? nil : field.name
        case .relation, .uuid: return "\(field.name) == \"\(ExampleValue.uuid)\""
        case .date: return "\(null)\(field.name) >= \"2026-01-01\""
        case .datetime: return "\(null)\(field.name) > now - duration(\"24h\")"
        case .email, .url, .json, .list: return nil
        }
    }

    private func separated(
        _ name: String,
        _ description: String,
        values: [String],
        maximum: Int64? = nil,
        isUnique: Bool = false,
        example: [String]
    ) -> JSONValue {
        [
            "name": .string(name),
            "in": "query",
            "description": .string(description + " Separated by commas."),
            "style": "form",
            "explode": false,
            "schema": .members(
                ("type", "array"),
                ("items", ["type": "string", "enum": .strings(values)]),
                ("minItems", 1),
                ("maxItems", maximum.map { .integer($0) }),
                ("uniqueItems", isUnique ? true : nil)
            ),
            "examples": ["example": ["value": .strings(example)]],
        ]
    }
}
