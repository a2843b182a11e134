import JSON
import ModelLanguage

/// The JSON Schema of one field's values.
struct FieldSchema {
    enum Direction {
        /// What the server answers. It promises types only: records may be older than the
        /// constraints that new ones have to satisfy.
        case answer
        case request
    }

    let field: Field
    /// Whether the field's example joins the schema.
    var showsExample = true

    func answer() -> JSONValue {
        let isReadOnly = !field.isWritableOnCreate
        return schema(.answer, allowsNull: field.isOptional)
            .adding(.members(("readOnly", isReadOnly ? true : nil)))
    }

    /// What a client may send.
    func request() -> JSONValue {
        schema(.request, allowsNull: field.isOptional)
    }

    private func schema(_ direction: Direction, allowsNull: Bool) -> JSONValue {
        let isRequest = direction == .request
        return Self.type(field.type, field.constraints, direction, allowsNull: allowsNull)
            .adding(
                .members(
                    ("description", description(direction).map { .string($0) }),
                    ("default", isRequest ? field.defaultValue : nil),
                    ("examples", examples())
                )
            )
    }

    private func examples() -> JSONValue? {
        guard showsExample, let example = ExampleValue(field: field).json else { return nil }
        return [example]
    }

    private func description(_ direction: Direction) -> String? {
        var sentences: [String] = []
        if let summary = field.summary { sentences.append(Self.sentence(summary)) }
        if case .relation(let relation) = field.type {
            sentences.append("The id of a record of `\(relation.collection)`.")
        }
        if let counter = field.counter { sentences.append(Self.description(of: counter)) }
        switch direction {
        case .answer:
            if field.onUpdate != nil {
                sentences.append("Set by the server at each change.")
            } else if field.onCreate != nil {
                sentences.append("Set by the server when the record is made.")
            }
            if field.origin == .system, field.summary == nil {
                sentences.append(Self.systemDescription(field.name))
            }
            if field.read != nil { sentences.append("Left out for callers who may not see it.") }
        case .request:
            if field.isUnique { sentences.append("Unique among all records.") }
            if field.isImmutable { sentences.append("Given once and never changed.") }
            if let pattern = field.constraints.pattern, !PortablePattern.isPortable(pattern) {
                sentences.append("Has to match the RE2 expression `\(pattern)`.")
            }
        }
        return sentences.isEmpty ? nil : sentences.joined(separator: " ")
    }

    private static func sentence(_ text: String) -> String {
        guard let last = text.last, !".!?".contains(last) else { return text }
        return text + "."
    }

    private static func description(of counter: Counter) -> String {
        let records =
            "records of `\(counter.collection)` whose `\(counter.relation)` names this one"
        guard let summand = counter.summand else {
            return "How many \(records); kept up by the server."
        }
        return "The sum of `\(summand)` over the \(records); kept up by the server."
    }

    private static func systemDescription(_ name: String) -> String {
        switch name {
        case "id": "The record's id, a UUIDv7, set by the server."
        case "created": "When the record was made, in UTC."
        case "updated": "When the record was last changed, in UTC."
        default: "Set by the server."
        }
    }
}

extension FieldSchema {
    /// The schema of a type's values under constraints.
    static func type(
        _ type: FieldType,
        _ constraints: Constraints,
        _ direction: Direction,
        allowsNull: Bool
    ) -> JSONValue {
        let isRequest = direction == .request
        func scalar(_ name: String, _ rest: JSONValue) -> JSONValue {
            let type: JSONValue = allowsNull ? [.string(name), "null"] : .string(name)
            return JSONValue.members(("type", type)).adding(rest)
        }
        if let values = constraints.enumeration, !type.isList {
            let allowed = allowsNull ? values + [.null] : values
            return scalar(type.jsonTypeName, ["enum": .array(allowed)])
        }
        switch type {
        case .string:
            return scalar("string", isRequest ? text(constraints) : [:])
        case .integer:
            return scalar("integer", integer(constraints, isRequest: isRequest))
        case .number:
            return scalar("number", number(constraints, isRequest: isRequest))
        case .boolean:
            return scalar("boolean", [:])
        case .json:
            return [:]
        case .list(let element):
            let items = Self.type(element, constraints, direction, allowsNull: false)
            return scalar("array", list(constraints, items: items, isRequest: isRequest))
        case .email:
            return scalar("string", isRequest ? email : ["format": "email"])
        case .url:
            return scalar("string", isRequest ? url : ["format": "uri"])
        case .datetime:
            return scalar("string", ["format": "date-time"])
        case .date:
            return scalar("string", ["format": "date"])
        case .uuid, .relation:
            return scalar("string", ["format": "uuid"])
        }
    }

    /// An address that can be signed up with.
    static let email: JSONValue = [
        "format": "email", "maxLength": .integer(Bounds.emailLength),
        "pattern": .string(Bounds.email),
    ]
    private static let url: JSONValue = [
        "format": "uri", "maxLength": .integer(Bounds.urlLength), "pattern": .string(Bounds.url),
    ]

    private static func text(_ constraints: Constraints) -> JSONValue {
        let pattern: String?
        if let own = constraints.pattern {
            pattern = PortablePattern.isPortable(own) ? own : nil
        } else {
            pattern = Bounds.noNullCharacter
        }
        return .members(
            ("minLength", constraints.minLength.map { .integer(Int64($0)) }),
            (
                "maxLength",
                .integer(constraints.maxLength.map { Int64($0) } ?? Bounds.stringLength)
            ),
            ("pattern", pattern.map { .string($0) })
        )
    }

    private static func integer(_ constraints: Constraints, isRequest: Bool) -> JSONValue {
        guard isRequest else { return ["format": "int64"] }
        let hasLower = constraints.minimum != nil || constraints.exclusiveMinimum != nil
        let hasUpper = constraints.maximum != nil || constraints.exclusiveMaximum != nil
        return JSONValue.members(
            ("format", "int64"),
            ("minimum", hasLower ? nil : .integer(.min)),
            ("maximum", hasUpper ? nil : .integer(.max))
        ).adding(range(constraints))
    }

    private static func number(_ constraints: Constraints, isRequest: Bool) -> JSONValue {
        let format: JSONValue = ["format": "double"]
        return isRequest ? format.adding(range(constraints)) : format
    }

    private static func range(_ constraints: Constraints) -> JSONValue {
        .members(
            ("minimum", constraints.minimum),
            ("maximum", constraints.maximum),
            ("exclusiveMinimum", constraints.exclusiveMinimum),
            ("exclusiveMaximum", constraints.exclusiveMaximum),
            ("multipleOf", constraints.multipleOf)
        )
    }

    private static func list(
        _ constraints: Constraints,
        items: JSONValue,
        isRequest: Bool
    ) -> JSONValue {
        guard isRequest else { return ["items": items] }
        return .members(
            ("items", items),
            ("minItems", constraints.minItems.map { .integer(Int64($0)) }),
            ("maxItems", .integer(constraints.maxItems.map { Int64($0) } ?? Bounds.listLength)),
            ("uniqueItems", constraints.uniqueItems ? true : nil)
        )
    }
}

extension FieldType {
    var isList: Bool {
        if case .list = self { true } else { false }
    }

    /// What JSON Schema calls the type of the values.
    var jsonTypeName: String {
        switch self {
        case .integer: "integer"
        case .number: "number"
        case .boolean: "boolean"
        case .list: "array"
        case .json: "object"
        default: "string"
        }
    }
}

/// Whether an RE2 expression means the same to JSON Schema's regular expressions (ECMA-262).
enum PortablePattern {
    private static let foreign = [
        "(?i", "(?s", "(?m", "(?U", "(?-", "(?P", "(?<", "[[:", "\\A", "\\z", "\\Q", "\\C", "\\a",
        "\\x{", "\\p", "\\P",
    ]

    static func isPortable(_ pattern: String) -> Bool {
        !foreign.contains { pattern.contains($0) }
    }
}
