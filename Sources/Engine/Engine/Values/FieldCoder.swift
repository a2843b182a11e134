import Expressions
import JSON
import ModelLanguage
import Storage

/// Turns a client's JSON into column values, and column values into what expressions see.
enum FieldCoder {
    /// Why a value does not fit a type.
    struct Mismatch: Error {
        let code: String
        let detail: String
        var hint: String?
    }

    /// The column value of a JSON value that is not null.
    static func encode(_ json: JSONValue, as type: FieldType) throws(Mismatch) -> SQLValue {
        switch (type, json) {
        case (.string, .string(let text)):
            return .text(try withoutNUL(text))
        case (.integer, .integer(let number)):
            return .integer(number)
        case (.integer, .number(let number)):
            // From 2^53 on, a double stands for several whole numbers.
            guard let exact = Int64(exactly: number), number.magnitude < 0x1p53 else {
                throw Mismatch(code: "field.type", detail: "has to be a whole number of 64 bits")
            }
            return .integer(exact)
        case (.number, .integer(let number)):
            return .real(Double(number))
        case (.number, .number(let number)):
            return .real(number)
        case (.boolean, .bool(let flag)):
            return .boolean(flag)
        case (.json, _):
            return .text(json.description)
        case (.list(let element), .array(let values)):
            return .text(try list(values, of: element).description)
        case (.relation, .string(let text)), (.uuid, .string(let text)),
            (.datetime, .string(let text)), (.date, .string(let text)),
            (.email, .string(let text)), (.url, .string(let text)):
            return try formatted(text, as: type)
        default:
            throw Mismatch(
                code: "field.type",
                detail: "has to be \(name(of: type)), not \(article(json.typeName))"
            )
        }
    }

    private static func formatted(
        _ text: String,
        as type: FieldType
    ) throws(Mismatch) -> SQLValue {
        switch type {
        case .relation, .uuid:
            let lowercased = text.lowercased()
            guard isCanonicalUUID(lowercased) else {
                throw Mismatch(code: "field.format", detail: "has to be a UUID")
            }
            return .text(lowercased)
        case .datetime:
            guard let instant = Timestamp(rfc3339: text) else {
                throw Mismatch(
                    code: "field.format",
                    detail: "has to be an instant in RFC 3339",
                    hint: "write it as 2026-01-31T12:00:00Z"
                )
            }
            return .integer(instant.microseconds)
        case .date:
            guard Formats.isDate(text) else {
                throw Mismatch(code: "field.format", detail: "has to be a day as 2026-01-31")
            }
            return .text(text)
        case .email:
            guard Formats.isEmail(text) else {
                throw Mismatch(code: "field.format", detail: "has to be an e-mail address")
            }
            return .text(text)
        default:
            guard Formats.isURL(text) else {
                throw Mismatch(
                    code: "field.format",
                    detail: "has to be an absolute http or https address"
                )
            }
            return .text(text)
        }
    }

    private static func list(
        _ values: [JSONValue],
        of element: FieldType
    ) throws(Mismatch) -> JSONValue {
        var canonical: [JSONValue] = []
        canonical.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            do {
                canonical.append(json(try encode(value, as: element), as: element))
            } catch {
                throw Mismatch(code: error.code, detail: "item \(index) \(error.detail)")
            }
        }
        return .array(canonical)
    }

    private static func withoutNUL(_ text: String) throws(Mismatch) -> String {
        guard text.utf8.contains(0) else { return text }
        throw Mismatch(code: "field.format", detail: "must not hold the character U+0000")
    }
}

// MARK: - From columns

extension FieldCoder {
    /// A column's value as the API shows it.
    static func json(_ value: SQLValue, as type: FieldType) -> JSONValue {
        switch (value, type) {
        case (.null, _): .null
        case (.integer(let number), .boolean): .bool(number != 0)
        case (.integer(let number), .datetime):
            .string(Timestamp(microseconds: number)?.description ?? "")
        case (.integer(let number), _): .integer(number)
        case (.real(let number), _): .number(number)
        case (.text(let text), .json), (.text(let text), .list):
            (try? JSONParser.parse(text)) ?? .null
        case (.text(let text), _): .string(text)
        case (.blob, _): .null
        }
    }

    /// A column's value as expressions see it.
    static func value(_ value: SQLValue, as type: FieldType) -> Value {
        switch (value, type) {
        case (.null, _): .null
        case (.integer(let number), .boolean): .bool(number != 0)
        case (.integer(let number), .datetime):
            Timestamp(microseconds: number).map { .timestamp($0) } ?? .null
        case (.integer(let number), _): .int(number)
        case (.real(let number), _): .double(number)
        case (.text(let text), .json):
            dynamicValue((try? JSONParser.parse(text)) ?? .null)
        case (.text(let text), .list(let element)):
            list(text, of: element)
        case (.text(let text), _): .string(text)
        case (.blob(let bytes), _): .bytes(bytes)
        }
    }

    private static func list(_ text: String, of element: FieldType) -> Value {
        guard case .array(let values) = try? JSONParser.parse(text) else { return .list([]) }
        return .list(
            values.map { item in
                (try? encode(item, as: element)).map { value($0, as: element) } ?? .null
            }
        )
    }

    /// JSON without a schema, as CEL maps it: objects are maps with string keys.
    private static func dynamicValue(_ json: JSONValue) -> Value {
        switch json {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .integer(let number): .double(Double(number))
        case .number(let number): .double(number)
        case .string(let text): .string(text)
        case .array(let values): .list(values.map(dynamicValue))
        case .object(let members):
            .map(ValueMap(members.map { ($0.name, dynamicValue($0.value)) }))
        }
    }

    /// The column value of an expression's result; nil if it does not fit the type.
    static func column(_ value: Value, as type: FieldType) -> SQLValue? {
        switch (value, type) {
        case (.null, _): .null
        case (.bool(let flag), .boolean): .boolean(flag)
        case (.int(let number), .integer): .integer(number)
        case (.int(let number), .number): .real(Double(number))
        case (.double(let number), .number): number.isFinite ? .real(number) : nil
        case (.timestamp(let instant), .datetime): .integer(instant.microseconds)
        case (.string(let text), .string), (.string(let text), .uuid),
            (.string(let text), .relation), (.string(let text), .date),
            (.string(let text), .email), (.string(let text), .url):
            .text(text)
        case (.list(let values), .list(let element)):
            listColumn(values, of: element)
        default: nil
        }
    }

    private static func listColumn(_ values: [Value], of element: FieldType) -> SQLValue? {
        var items: [JSONValue] = []
        for value in values {
            guard let column = column(value, as: element) else { return nil }
            items.append(json(column, as: element))
        }
        return .text(JSONValue.array(items).description)
    }

    /// The type in words, with its article.
    static func name(of type: FieldType) -> String {
        switch type {
        case .string: "a string"
        case .integer: "a whole number"
        case .number: "a number"
        case .boolean: "true or false"
        case .datetime: "an instant in RFC 3339"
        case .date: "a day as 2026-01-31"
        case .uuid: "a UUID"
        case .email: "an e-mail address"
        case .url: "an absolute http or https address"
        case .json: "any JSON value"
        case .relation(let relation): "the id of a record of \(relation.collection)"
        case .list(let element): "an array whose items are each \(name(of: element))"
        }
    }

    private static func article(_ word: String) -> String {
        switch word {
        case "null": "null"
        case "array", "object", "integer": "an \(word)"
        default: "a \(word)"
        }
    }
}
