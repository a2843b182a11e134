import Expressions
import JSON
import ModelLanguage
import Testing

@Suite struct `Models` {
    private func model(_ collections: String) throws -> Model {
        let text = "app: A\nmodules:\n  m:\n    collections:\n"
        let body = collections.split(separator: "\n").map { "      \($0)" }
        return try ModelLoader.load((text + body.joined(separator: "\n")).utf8, path: "m").model
    }

    private func field(_ field: String) throws -> Field {
        let model = try model("things: { fields: { f: \(field) } }\nothers: {}")
        return try #require(model.collection("things")?.field("f"))
    }

    @Test(arguments: [
        ("string", FieldType.string), ("integer", .integer), ("number", .number),
        ("boolean", .boolean), ("datetime", .datetime), ("date", .date), ("uuid", .uuid),
        ("email", .email), ("url", .url), ("json", .json), ("[string]", .list(.string)),
        ("others", .relation(Relation(collection: "others", onDelete: .restrict))),
        (
            "{ type: others, onDelete: setNull, optional: true }",
            .relation(Relation(collection: "others", onDelete: .setNull))
        ),
        ("things", .relation(Relation(collection: "things", onDelete: .restrict))),
    ])
    func `types are read`(_ text: String, _ type: FieldType) throws {
        #expect(try field(text).type == type)
    }

    @Test func `constraints are read`() throws {
        let text = try field(
            "{ type: string, minLength: 1, maxLength: 9, pattern: ^a, enum: [a, ab], default: ab }"
        )
        #expect(text.constraints.minLength == 1)
        #expect(text.constraints.maxLength == 9)
        #expect(text.constraints.pattern == "^a")
        #expect(text.constraints.enumeration == ["a", "ab"])
        #expect(text.defaultValue == "ab")
        let number = try field(
            """
            { type: number, minimum: 1, maximum: 9.5, exclusiveMinimum: 0, exclusiveMaximum: 10, \
            multipleOf: 0.5, default: 2.5 }
            """
        )
        #expect(number.constraints.minimum == 1)
        #expect(number.constraints.maximum == .number(9.5))
        #expect(number.constraints.exclusiveMinimum == 0)
        #expect(number.constraints.exclusiveMaximum == 10)
        #expect(number.constraints.multipleOf == .number(0.5))
        let list = try field("{ type: [integer], minItems: 1, maxItems: 2, uniqueItems: true }")
        #expect(list.constraints.minItems == 1)
        #expect(list.constraints.maxItems == 2)
        #expect(list.constraints.uniqueItems)
    }

    @Test(arguments: [
        ("{ type: json, default: { a: [1, null] } }", #"{"a":[1,null]}"#),
        ("{ type: json, default: null }", "null"),
        ("{ type: [string], default: [] }", "[]"),
        ("{ type: date, default: 2024-02-29 }", #""2024-02-29""#),
        ("{ type: datetime, default: 2024-02-29T12:00:00Z }", #""2024-02-29T12:00:00Z""#),
        ("{ type: number, default: 3 }", "3"),
    ])
    func `defaults are literals of the type`(_ text: String, _ value: String) throws {
        #expect(try field(text).defaultValue?.description == value)
    }

    @Test(arguments: [
        "{ type: things, optional: true, onCreate: auth.id }",
        "{ type: string, onCreate: auth.role }", "{ type: uuid, onCreate: id }",
        "{ type: datetime, onCreate: now, onUpdate: now }",
        "{ type: datetime, optional: true, onUpdate: now }",
        "{ type: date, onCreate: now.date() }", "{ type: json, onCreate: '{\"a\": 1}' }",
        "{ type: [string], onCreate: '[]' }", "{ type: string, optional: true, onCreate: 'null' }",
        "{ type: number, onCreate: 'double(1)' }",
    ])
    func `values that the server sets fit the field`(_ text: String) throws {
        let field = try field(text)
        #expect(!field.isWritableOnCreate)
        #expect(field.onCreate != nil || field.onUpdate != nil)
    }

    @Test func `a sum names a collection, its relation and an integer`() throws {
        let model = try model(
            """
            orders: { fields: { total: { type: integer, sum: lines.order.amount } } }
            lines: { fields: { order: orders, amount: integer } }
            """
        )
        let total = model.collection("orders")?.field("total")
        #expect(
            total?.counter == Counter(collection: "lines", relation: "order", summand: "amount")
        )
        #expect(total?.isWritableOnCreate == false)
    }

    @Test func `rules may be plain booleans`() throws {
        let model = try model("things: { rules: { read: true, create: \"false\" } }")
        #expect(model.collection("things")?.rules.read?.source == "true")
        #expect(model.collection("things")?.rules.create?.source == "false")
    }

    @Test func `columns have types, and say whether they may be null`() throws {
        let text = """
            app: A
            modules:
              m:
                collections:
                  things: { fields: { n: integer, due: { type: date, optional: true }, of: things } }
                views:
                  all:
                    of: things
                    select: { n: count(), s: sum(n), a: avg(n), m: max(n), d: min(due), r: sum(n) > 3 }
                  grouped:
                    of: things
                    group: [of, due]
                    select: { a: avg(n), d: max(due), u: countDistinct(due), l: max(created), k: max(n) - n % 1 }
            """
        #expect(messages(of: text).contains("\"n\" has many values in a group"))
        let right = text.replacing(", k: max(n) - n % 1", with: "")
        let model = try ModelLoader.load(right.utf8, path: "m").model
        let all = try #require(model.view("all")?.aggregate?.select)
        #expect(all.map(\.type) == [.integer, .integer, .number, .integer, .date, .boolean])
        #expect(all.map(\.isOptional) == [false, false, true, true, true, true])
        let grouped = try #require(model.view("grouped")?.aggregate)
        let relation = FieldType.relation(Relation(collection: "things", onDelete: .restrict))
        #expect(grouped.group.map(\.type) == [relation, .date])
        #expect(grouped.group.map(\.isOptional) == [false, true])
        #expect(grouped.select.map(\.type) == [.number, .date, .integer, .datetime])
        #expect(grouped.select.map(\.isOptional) == [false, true, false, false])
    }

    @Test func `two loads of a file say the same`() throws {
        let text = Mistake.inFields.map(\.file)[3] + "\n" + Mistake.inShapes.map(\.text)[10]
        let first = diagnostics(of: text)
        for _ in 0..<20 { #expect(diagnostics(of: text) == first) }
    }
}
