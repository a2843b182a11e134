import JSON
import ModelLanguage
import OpenAPI
import Testing

@Suite struct OpenAPIDocumentTests {
    private let document: JSONValue

    init() throws {
        document = TestModels.document(of: try TestModels.socialConnect()).json
    }

    private func operation(_ path: String, _ method: String) -> JSONValue? {
        document["paths"]?[path]?[method]
    }

    private var operations: [(name: String, value: JSONValue)] {
        (document["paths"]?.members ?? []).flatMap { path in
            path.value.members.filter { $0.name != "parameters" }.map {
                ("\($0.name.uppercased()) \(path.name)", $0.value)
            }
        }
    }

    @Test func `every collection has its six operations`() {
        for name in ["users", "follows", "posts", "comments", "likes", "notifications"] {
            #expect(document["paths"]?["/v1/\(name)"]?.names == ["get", "post"])
            let record = document["paths"]?["/v1/\(name)/{id}"]?.names
            #expect(record == ["parameters", "get", "put", "patch", "delete"])
        }
    }

    @Test func `operation ids are stable and unique`() {
        let ids = operations.compactMap { $0.value["operationId"]?.stringValue }
        #expect(ids.count == operations.count)
        #expect(Set(ids).count == ids.count)
        for id in ["listPosts", "createPost", "getPost", "replacePost", "updatePost", "deletePost"]
        {
            #expect(ids.contains(id))
        }
        #expect(ids.contains("listFeed") && ids.contains("signIn") && ids.contains("runBatch"))
    }

    @Test func `the same model gives the same bytes`() throws {
        let again = TestModels.document(of: try TestModels.socialConnect()).json
        #expect(again.description == document.description)
    }

    @Test func `every reference leads somewhere`() {
        for (pointer, object) in document.objects {
            guard let reference = object["$ref"]?.stringValue,
                reference.hasPrefix("#")
            else { continue }
            #expect(document.at(String(reference.dropFirst())) != nil, "\(pointer): \(reference)")
        }
    }

    @Test func `links name operations that exist`() {
        let ids = Set(operations.compactMap { $0.value["operationId"]?.stringValue })
        let links = document.objects.flatMap { $0.value["links"]?.members ?? [] }
        #expect(links.count > 20)
        for link in links {
            let target = link.value["operationId"]?.stringValue ?? ""
            #expect(ids.contains(target), "\(link.name) leads to \(target)")
        }
    }

    @Test func `creating a post links to what can be done with it`() {
        let links = operation("/v1/posts", "post")?["responses"]?["201"]?["links"]
        #expect(links?["get"]?["operationId"] == "getPost")
        #expect(links?["update"]?["parameters"] == ["id": "$response.body#/id"])
        #expect(links?["createLike"]?["requestBody"] == ["post": "$response.body#/id"])
    }

    @Test func `signing in is asked for where a rule needs it`() {
        let open: JSONValue = [[:], ["bearer": []], ["cookie": []]]
        let closed: JSONValue = [["bearer": []], ["cookie": []]]
        #expect(operation("/v1/posts", "get")?["security"] == open)
        #expect(operation("/v1/posts", "post")?["security"] == closed)
        #expect(operation("/v1/posts/{id}", "patch")?["security"] == closed)
        #expect(operation("/v1/users", "post")?["security"] == open)
        #expect(operation("/v1/notifications", "get")?["security"] == closed)
        #expect(operation("/v1/feed", "get")?["security"] == closed)
        #expect(operation("/v1/trending", "get")?["security"] == open)
        #expect(operation("/v1/daily", "get")?["security"] == closed)
        #expect(operation("/v1/auth/sign-in", "post")?["security"] == [])
    }

    @Test func `a body takes what clients may write and nothing else`() {
        let create = document.at("/components/schemas/PostCreate")
        #expect(create?["properties"]?.names == ["body", "visibility"])
        #expect(create?["required"] == ["body"])
        #expect(create?["additionalProperties"] == false)
        let user = document.at("/components/schemas/UserCreate")
        #expect(
            user?["properties"]?.names == [
                "email", "handle", "name", "bio", "birthday", "password", "invitation", "ticket",
            ]
        )
        #expect(user?["required"] == ["handle", "name"])
        #expect(
            user?["anyOf"]
                == [["required": ["email", "password"]], ["required": ["ticket"]]]
        )
        #expect(user?.at("/properties/handle/pattern") == "^[a-z0-9_]{3,30}$")
        #expect(user?.at("/properties/password/writeOnly") == true)
        #expect(user?.at("/properties/bio/type") == ["string", "null"])
    }

    @Test(
        arguments: [
            ("signIn: [password]", ["email", "password"], nil),
            ("signIn: [code]", ["email"], nil),
            ("signIn: [passkey], verifyEmail: true", ["email"], nil),
            ("signUp: invited", ["email", "password", "invitation"], nil),
            ("consents: [terms, age]", ["email", "password", "consents"], ["terms", "age"]),
        ] as [(String, [String], [String]?)]
    )
    func `a sign-up needs what the model asks for`(
        accounts: String,
        required: [String],
        consents: [String]?
    ) throws {
        let text = """
            app: Club
            modules:
              main:
                collections:
                  users: { accounts: { \(accounts) }, rules: { create: "true" } }
            """
        let model = try ModelLoader.load(text.utf8, path: "mainstay.yaml").model
        let document = TestModels.document(of: model).json
        let create = document.at("/components/schemas/UserCreate")
        #expect(create?["required"] == .array(required.map { .string($0) }))
        #expect(create?["anyOf"] == nil)
        let hasPasswords = required.contains("password")
        #expect((create?.at("/properties/password") != nil) == hasPasswords)
        for path in ["sign-in", "password", "password/reset"] {
            let pointer = "/paths/~1v1~1auth~1" + path.replacing("/", with: "~1")
            #expect((document.at(pointer) != nil) == hasPasswords, "\(path)")
        }
        let asked = create?.at("/properties/consents/items/enum")
        #expect(asked == consents.map { .array($0.map { .string($0) }) })
        let example = document.at(
            "/paths/~1v1~1users/post/requestBody/content/application~1json/examples/example/value/consents"
        )
        #expect(example == asked)
    }

    @Test func `a patch requires nothing and keeps immutable fields out`() {
        let patch = document.at("/components/schemas/CommentPatch")
        #expect(patch?["required"] == nil)
        #expect(patch?["properties"]?.names == ["body"])
        #expect(document.at("/components/schemas/PostPatch/properties/visibility/default") == nil)
        let content = operation("/v1/posts/{id}", "patch")?["requestBody"]?["content"]
        #expect(content?.names == ["application/merge-patch+json", "application/json"])
    }

    @Test func `a replacement may hold what GET answered`() {
        let replace = document.at("/components/schemas/CommentReplace")
        #expect(
            replace?["properties"]?.names == ["id", "post", "author", "body", "created", "updated"]
        )
        #expect(replace?.at("/properties/id/readOnly") == true)
        #expect(replace?.at("/properties/post/readOnly") == true)
        #expect(replace?.at("/properties/body/readOnly") == nil)
        #expect(replace?["required"] == ["body"])
    }

    @Test func `only what everybody always sees is required of an answer`() {
        #expect(document.at("/components/schemas/UserSelection/required") == nil)
        let required = document.at("/components/schemas/User/required")?.elements ?? []
        #expect(required.contains("handle") && required.contains("followers"))
        #expect(!required.contains("email") && !required.contains("birthday"))
    }

    @Test func `a create that may not be read back can be 204`() {
        let posts = operation("/v1/posts", "post")?["responses"]
        #expect(posts?["204"]?["headers"]?.names == ["Location", "Idempotency-Replayed"])
        #expect(operation("/v1/users", "post")?["responses"]?["204"] == nil)
    }

    @Test func `every operation tells of its problems and the rest`() {
        for (name, operation) in operations {
            let answers = operation["responses"]
            #expect(answers?["default"] != nil, "\(name)")
            #expect(answers?["500"] != nil, "\(name)")
            #expect(
                answers?.names.sorted() == answers?.names,
                "\(name): in the order of the statuses"
            )
        }
    }

    @Test func `writes take an idempotency key, changes a precondition`() {
        let key: JSONValue = ["$ref": "#/components/parameters/IdempotencyKey"]
        let match: JSONValue = ["$ref": "#/components/parameters/IfMatch"]
        #expect(operation("/v1/posts", "post")?["parameters"] == [key])
        #expect(operation("/v1/posts/{id}", "patch")?["parameters"] == [match, key])
        #expect(operation("/v1/posts/{id}", "delete")?["parameters"] == [match, key])
        #expect(operation("/v1/batch", "post")?["parameters"] == [key])
    }

    @Test func `expand names relations, back-relations and ways over both`() {
        let paths =
            document.at("/components/parameters/PostExpand/schema/items/enum")?.elements ?? []
        for path in ["author", "comments_via_post", "comments_via_post.author"] {
            #expect(paths.contains(.string(path)))
        }
        #expect(paths.first == "author")
        let expanded = document.at("/components/schemas/PostSelection/properties/expand/properties")
        #expect(expanded?["likes_via_post"]?["type"] == "array")
        #expect(expanded?.at("/author/anyOf/0/$ref") == "#/components/schemas/UserSelection")
    }

    @Test func `a rule is told where it may be, with the roles beside it`() throws {
        let text = operation("/v1/posts/{id}", "delete")?["description"]?.stringValue ?? ""
        #expect(text == "Allowed where `author == auth.id`, and to the role `moderator`.")
        var configuration = DocumentConfiguration()
        configuration.showsRules = false
        let quiet = OpenAPIDocument(
            model: try TestModels.socialConnect(),
            configuration: configuration
        )
        #expect(!quiet.json.description.contains("auth.id"))
    }

    @Test func `the problems that the server knows are listed`() throws {
        var configuration = DocumentConfiguration()
        configuration.problems = [
            ProblemDescription(
                code: "rule.denied",
                status: 403,
                title: "Not allowed",
                description: "No rule."
            )
        ]
        let document = OpenAPIDocument(
            model: try TestModels.socialConnect(),
            configuration: configuration
        ).json
        #expect(document["x-problems"]?.elements.first?["code"] == "rule.denied")
    }
}
