import Engine
import JSON
import Testing

@testable import AccountsAPI

/// What an endpoint's declaration lets through.
@Suite struct EndpointMemberTests {
    private static let endpoint = AccountEndpoint(
        "doSomething",
        .post,
        "something/{id}",
        .signIn,
        "Do something",
        "Does it.",
        authentication: .none,
        request: [
            .required("name", .text(maximum: 3), "A name."),
            .optional("kind", .choice(["a", "b"]), "A kind."),
            .optional("count", .integer(1...9), "How many."),
            .optional("scopes", .list(.text(maximum: 2), maximum: 2), "Scopes."),
            .optional("until", .timestamp, "Until when."),
            .optional("id", .uuid, "Which one."),
        ],
        response: .noContent("It is done.")
    ) { _, _ in .noContent }

    @Test func `what is declared passes as it is`() throws {
        let body: JSONValue = [
            "name": "ann", "kind": "a", "count": 9, "scopes": ["x"],
            "until": "2026-11-21T10:00:00Z", "id": "01a1fd70-8470-72c8-b3e7-99227631e8ad",
        ]
        #expect(try Self.endpoint.checked(body) == body)
    }

    @Test(arguments: [
        (#"{}"#, "field.required"), (#"{"name":1}"#, "field.type"),
        (#"{"name":null}"#, "field.type"), (#"{"name":"anna"}"#, "field.too-long"),
        (#"{"name":"a","role":"admin"}"#, "field.unknown"),
        (#"{"name":"a","kind":"c"}"#, "field.enum"), (#"{"name":"a","count":0}"#, "field.minimum"),
        (#"{"name":"a","count":10}"#, "field.maximum"),
        (#"{"name":"a","scopes":["a","b","c"]}"#, "field.too-many-items"),
        (#"{"name":"a","scopes":["abc"]}"#, "field.too-long"),
        (#"{"name":"a","until":"tomorrow"}"#, "field.format"),
        (#"{"name":"a","id":"../../etc/passwd"}"#, "field.format"), (#"[]"#, "field.type"),
    ])
    func `what is not declared is refused`(text: String, code: String) throws {
        let body = try JSONParser.parse(text)
        let problem = #expect(throws: Problem.self) { try Self.endpoint.checked(body) }
        #expect(problem?.code == .validationFailed)
        #expect(problem?.errors.map(\.code) == [code])
    }

    @Test func `one of the alternatives has to be there`() throws {
        let endpoint = AccountEndpoint(
            "verify",
            .post,
            "verify",
            .signIn,
            "Verify",
            "Verifies.",
            authentication: .none,
            request: [
                .optional("token", .text, "A token."), .optional("email", .email, "An address."),
                .optional("code", .text, "A code."),
            ],
            alternatives: [["token"], ["email", "code"]],
            response: .tokens()
        ) { _, _ in .noContent }
        #expect(try endpoint.checked(["token": "t"]) == ["token": "t"])
        #expect(throws: Problem.self) { try endpoint.checked(["email": "a@b.example"]) }
        #expect(throws: Problem.self) { try endpoint.checked([:]) }
        #expect(!endpoint.canBeEmpty)
    }
}
