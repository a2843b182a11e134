import JSON
import ModelLanguage
import Storage
import Testing

@Suite struct DatabaseSchemaTests {
    @Test func `a collection is a table with a column a field`() throws {
        let schema = DatabaseSchema(model([collection("notes", fields: everyType)]))
        let table = try #require(schema.table("notes"))
        #expect(table.kind == .collection)
        #expect(table.primaryKey == ["id"])
        let types = Dictionary(uniqueKeysWithValues: table.columns.map { ($0.name, $0.type) })
        #expect(
            types == [
                "id": .text, "created": .datetime, "updated": .datetime, "string": .text,
                "integer": .integer, "number": .number, "boolean": .boolean,
                "datetime": .datetime, "date": .text, "uuid": .text, "email": .text, "url": .text,
                "json": .json, "list": .json, "relation": .text,
            ]
        )
        #expect(table.column("relation")?.reference?.table == "notes")
    }

    @Test func `a counter is a required integer that starts at zero`() throws {
        let counter = Counter(collection: "notes", relation: "parent", summand: nil)
        let field = Field(name: "n", type: .integer, isOptional: true, counter: counter)
        let schema = DatabaseSchema(
            model([collection("notes", fields: [field, relation("parent", to: "notes")])])
        )
        let column = try #require(schema.table("notes")?.column("n"))
        #expect(!column.isNullable)
        #expect(column.defaultValue == 0)
        #expect(column.counter == counter)
    }

    @Test func `constraints that hold for each value become checks`() throws {
        var lengths = Constraints()
        lengths.minLength = 0
        lengths.maxLength = 9
        lengths.pattern = "x"
        var bounds = Constraints()
        bounds.minimum = 1
        bounds.exclusiveMaximum = .number(2.5)
        bounds.enumeration = [1, 2]
        let fields = [
            Field(name: "text", type: .string, constraints: lengths),
            Field(name: "n", type: .number, constraints: bounds),
        ]
        let table = DatabaseSchema(model([collection("notes", fields: fields)])).table("notes")
        #expect(table?.column("text")?.checks == [.maxLength(9)])
        #expect(
            table?.column("n")?.checks == [
                .minimum(1), .exclusiveMaximum(.number(2.5)), .enumeration([1, 2]),
            ]
        )
    }

    @Test func `an index ends with the id, in the direction of its last key`() {
        let index = Index(keys: [
            Index.Key(field: "author", isDescending: false),
            Index.Key(field: "created", isDescending: true),
        ])
        let names = indexNames(
            collection("notes", fields: [relation("author", to: "notes")], indexes: [index])
        )
        #expect(names == ["notes(author,-created,-id)", "notes(created,id)"])
    }

    @Test func `each relation leads an index, and records are listed by creation`() {
        let names = indexNames(
            collection(
                "notes",
                fields: [
                    relation("author", to: "notes"), relation("editor", to: "notes"),
                    Field(name: "code", type: .string, isUnique: true),
                ],
                unique: [["author", "code"]]
            )
        )
        #expect(
            names == [
                "notes(code)", "notes(author,code)", "notes(editor,created,id)",
                "notes(created,id)",
            ]
        )
    }

    @Test func `a view's order has an index, unless one serves it in either direction`() {
        let notes = collection("notes", fields: [Field(name: "likes", type: .integer)])
        let created = [Index.Key(field: "created", isDescending: true)]
        let likes = [Index.Key(field: "likes", isDescending: true)] + created
        let views = [
            view("hot", of: "notes", sort: likes), view("new", of: "notes", sort: created),
        ]
        let schema = DatabaseSchema(model([notes], views: views))
        let names = schema.table("notes")?.indexes.map { $0.name(in: "notes") }
        #expect(names == ["notes(-likes,-created,-id)", "notes(-created,-id)"])
    }

    @Test func `accounts bring their own tables`() {
        let plain = DatabaseSchema(model([collection("notes", fields: [])]))
        #expect(plain.tables.map(\.name) == ["notes", "_events", "_idempotency", "_keys"])
        let accounts = DatabaseSchema(model([collection("users", fields: [], isAccounts: true)]))
        let names = accounts.tables.map(\.name)
        #expect(names.starts(with: ["users", "_events", "_idempotency", "_keys", "_accounts"]))
        #expect(names.contains("_sessions"))
        #expect(Set(names).count == names.count)
        #expect(accounts.table("_sessions")?.column("account")?.reference?.table == "users")
    }

    @Test func `a schema is read back from its JSON`() throws {
        var constraints = Constraints()
        constraints.minLength = 1
        constraints.maxLength = 2
        constraints.enumeration = ["a", "b"]
        let checked = Field(
            name: "checked",
            type: .string,
            constraints: constraints,
            defaultValue: "a",
            isUnique: true
        )
        let counter = Field(
            name: "n",
            type: .integer,
            counter: Counter(collection: "notes", relation: "relation", summand: "integer")
        )
        let schema = DatabaseSchema(
            model([collection("notes", fields: everyType + [checked, counter], isAccounts: true)])
        )
        let json = try JSONParser.parse(schema.json.description)
        #expect(DatabaseSchema(json: json) == schema)
        #expect(DatabaseSchema(json: ["tables": [["name": "x"]]]) == nil)
    }
}
