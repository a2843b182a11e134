import JSON
import ModelLanguage
import Testing

@testable import OpenAPI

@Suite struct FieldSchemaTests {
    private let document: JSONValue
    private let create: JSONValue

    init() throws {
        document = TestModels.document(of: try TestModels.everyType()).json
        create = try #require(document.at("/components/schemas/StoryCreate/properties"))
    }

    @Test(
        arguments: [
            ("/title/minLength", 3), ("/title/maxLength", 40),
            ("/code/pattern", "^[A-Z]{2}-\\d{4}$"),
            ("/slug/maxLength", 60), ("/stock/minimum", 0), ("/stock/exclusiveMaximum", 100),
            ("/stock/multipleOf", 5), ("/stock/format", "int64"), ("/price/exclusiveMinimum", 0),
            ("/isOpen/default", true), ("/starts/format", "date-time"), ("/day/format", "date"),
            ("/token/format", "uuid"), ("/contact/format", "email"), ("/contact/maxLength", 254),
            ("/homepage/format", "uri"), ("/mood/enum", ["calm", "wild", .null]),
            ("/labels/minItems", 1), ("/labels/items/maxLength", 12), ("/sizes/uniqueItems", true),
            ("/sizes/type", ["array", "null"]), ("/category/format", "uuid"),
        ] as [(String, JSONValue)]
    )
    func `the model's constraints are JSON Schema's`(_ pointer: String, _ value: JSONValue) {
        #expect(create.at(pointer) == value)
    }

    @Test func `strings without a pattern keep U+0000 out`() {
        #expect(create.at("/title/pattern") == "^[^\\u0000]*$")
        #expect(create.at("/code/pattern") != "^[^\\u0000]*$")
    }

    @Test func `an expression that only RE2 knows is told in words`() {
        #expect(create.at("/shout/pattern") == nil)
        #expect(create.at("/shout/description")?.stringValue?.contains("(?i)^hey$") == true)
    }

    @Test func `integers without bounds have those of 64 bits`() throws {
        let sizes = create.at("/sizes/items")
        #expect(sizes?["minimum"] == .integer(.min))
        #expect(sizes?["maximum"] == .integer(.max))
    }

    @Test func `answers promise types and no constraints`() {
        let stock = document.at("/components/schemas/StorySelection/properties/stock")
        #expect(stock?["type"] == "integer")
        #expect(stock?["minimum"] == nil)
    }

    @Test func `json takes any value`() {
        #expect(create.at("/settings/type") == nil)
    }

    @Test func `an immutable field is given once`() {
        #expect(create.at("/category") != nil)
        let schemas = document.at("/components/schemas")
        #expect(schemas?.at("/StoryPatch/properties/category") == nil)
        #expect(schemas?.at("/StoryReplace/properties/category/readOnly") == true)
    }

    @Test func `the rows of an aggregate are its columns`() {
        let row = document.at("/components/schemas/BusyDaysRow")
        #expect(row?["properties"]?.names == ["day", "stories", "dearest"])
        #expect(row?["required"] == ["day", "stories", "dearest"])
        #expect(row?.at("/properties/dearest/type") == "number")
        let parameters = document.at("/paths/~1v2~1busy-days/get/parameters")?.elements ?? []
        #expect(!parameters.contains(["$ref": "#/components/parameters/StoryFilter"]))
    }

    @Test func `a model without accounts has no signing in`() {
        #expect(document.at("/components/securitySchemes") == nil)
        #expect(document["paths"]?.names.contains { $0.contains("auth") } == false)
        #expect(!document.description.contains("\"bearer\""))
    }
}

@Suite struct NamesTests {
    @Test(arguments: [
        ("posts", "post"), ("stories", "story"), ("boxes", "box"), ("classes", "class"),
        ("status", "status"), ("news", "news"), ("series", "series"), ("media", "media"),
        ("order_lines", "order_line"), ("is", "is"),
    ])
    func `plurals have their regular singular`(_ plural: String, _ singular: String) {
        #expect(Names.singular(of: plural) == singular)
    }

    @Test func `names that would collide are told apart`() throws {
        let model = try TestModels.model(
            """
            app: Test
            modules:
              main:
                collections:
                  post: { fields: { a: string }, rules: { read: "true" } }
                  posts: { fields: { a: string }, rules: { read: "true" } }
                  post_pages: { fields: { a: string }, rules: { read: "true" } }
                  mes: { fields: { a: string }, rules: { read: "true" } }
                  problems: { fields: { a: string }, rules: { read: "true" } }
            """
        )
        let document = TestModels.document(of: model).json
        let schemas = document.at("/components/schemas")?.names ?? []
        #expect(Set(schemas).count == schemas.count)
        let ids = document.objects.filter { $0.value["tags"] != nil }
            .compactMap { $0.value["operationId"] }
        #expect(ids.count > 5 * 6)
        #expect(Set(ids).count == ids.count)
    }
}

@Suite struct AnonymousAccessTests {
    @Test(arguments: [
        ("true", true), ("false", false), ("auth != null", false), ("auth == null", true),
        ("author == auth.id", false), ("open || author == auth.id", true),
        ("open && auth != null", false), ("auth.can(\"posts.read\")", false),
        ("!open", true), ("auth == null || open", true),
        ("auth != null && auth.id == author", false),
    ])
    func `a rule that needs a caller is seen`(_ rule: String, _ isPossible: Bool) throws {
        let model = try TestModels.model(
            """
            app: Test
            modules:
              main:
                collections:
                  users: { accounts: true, fields: { name: string }, rules: { read: "true" } }
                  posts:
                    fields:
                      open: boolean
                      author: { type: users, onCreate: auth.id }
                    rules: { read: '\(rule)' }
            """
        )
        let posts = try #require(model.collection("posts"))
        #expect(AnonymousAccess.isPossible(under: posts.rules.read, isTenants: false) == isPossible)
    }

    @Test func `nobody who is not signed in reads what is kept apart by tenant`() throws {
        let model = try TestModels.model(
            """
            app: Test
            tenants: { of: labels }
            modules:
              main:
                collections:
                  users:
                    accounts: true
                    fields: { label: { type: labels, optional: true } }
                    rules: { read: "true" }
                  labels: { fields: { name: string }, rules: { read: "true" } }
                  songs:
                    tenant: label
                    fields: { label: { type: labels, onDelete: cascade }, title: string }
                    rules: { read: "true" }
                views:
                  hits: { of: songs, rules: { read: "true" } }
            """
        )
        let document = TestModels.document(of: model).json
        let required: JSONValue = [["bearer": []], ["cookie": []]]
        for path in ["songs", "hits"] {
            let operation = document.at("/paths/~1v1~1\(path)/get")
            #expect(operation?["security"] == required, "\(path)")
            let description = operation?["description"]?.stringValue ?? ""
            #expect(description.hasSuffix("Within the tenant that the session is in."))
        }
        #expect(document.at("/paths/~1v1~1labels/get")?["security"] != required)
    }

    @Test func `what cannot be filtered by is not named as if it could`() throws {
        let model = try TestModels.model(
            """
            app: Test
            modules:
              main:
                collections:
                  users:
                    accounts: true
                    fields:
                      name: string
                      birthday: { type: date, encrypted: true }
                      taxId: { type: string, encrypted: { index: true } }
                    rules: { read: "true" }
            """
        )
        let document = TestModels.document(of: model).json
        let filter = document.at("/components/parameters/UserFilter/description")?.stringValue ?? ""
        #expect(filter.contains("`taxId`") && filter.contains("`name`"))
        #expect(!filter.contains("birthday"))
    }

    @Test func `deleting an account is an erasure with a receipt`() throws {
        let document = TestModels.document(of: try TestModels.socialConnect()).json
        let delete = document.at("/paths/~1v1~1users~1{id}/delete")
        #expect(delete?["responses"]?["204"] == nil)
        let schema = delete?.at("/responses/200/content/application~1json/schema")
        #expect(schema?.at("/properties/receipt") != nil)
        let post = document.at("/paths/~1v1~1posts~1{id}/delete/responses")
        #expect(post?["204"] != nil && post?["200"] == nil)
    }
}
