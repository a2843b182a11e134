import JSON
import ModelLanguage
import Testing

@testable import OpenAPI

@Suite struct ExampleTests {
    @Test func `every example satisfies its schema`() throws {
        for model in [try TestModels.socialConnect(), try TestModels.everyType()] {
            let document = TestModels.document(of: model).json
            let checker = SchemaChecker(document: document)
            var count = 0
            for (pointer, object) in document.objects {
                for example in Self.examples(of: object) {
                    count += 1
                    let errors = checker.errors(example.value, example.schema)
                    #expect(errors.isEmpty, "\(pointer): \(errors) in \(example.value)")
                }
            }
            #expect(count > 50)
        }
    }

    /// The examples of a schema, a parameter or a media type.
    private static func examples(
        of object: JSONValue
    ) -> [(value: JSONValue, schema: JSONValue)] {
        if let schema = object["schema"] {
            return (object["examples"]?.members ?? []).compactMap { example in
                example.value["value"].map { ($0, schema) }
            }
        }
        guard object["properties"] == nil, case .array(let values)? = object["examples"] else {
            return []
        }
        return values.map { ($0, object) }
    }

    @Test func `the checker finds what is wrong`() {
        let checker = SchemaChecker(document: [:])
        let schema: JSONValue = [
            "type": "object", "required": ["a"], "additionalProperties": false,
            "properties": ["a": ["type": "string", "minLength": 2, "pattern": "^[a-z]+$"]],
        ]
        #expect(checker.errors(["a": "ok"], schema).isEmpty)
        #expect(checker.errors(["a": "A"], schema).count == 2)
        #expect(checker.errors(["b": 1], schema).count == 2)
    }

    @Test(arguments: [
        "^[a-z0-9_]{3,30}$", "^[A-Z]{2}-\\d{4}$", "^#[0-9a-f]{6}$", "^(red|green)$",
        "^[^@]+@[a-z]+\\.com$", "^v\\d+\\.\\d+$", "^(ab){2}c?$", "[.]x", "^\\+[1-9]\\d{6,14}$",
    ])
    func `a simple pattern gets a text that matches it`(_ pattern: String) throws {
        let text = try #require(PatternExample.text(matching: pattern))
        let expression = try Regex(pattern)
        #expect(text.firstMatch(of: expression) != nil, "\(text)")
    }

    @Test(arguments: ["(", "[a-", "(?i)a", "a{2", "\\", "*", "a{99999}{99999}"])
    func `what is no simple pattern gets no text`(_ pattern: String) {
        #expect(PatternExample.text(matching: pattern) == nil)
    }

    private func example(
        _ name: String,
        _ type: FieldType,
        _ change: (inout Constraints) -> Void = { _ in }
    ) -> JSONValue? {
        var constraints = Constraints()
        change(&constraints)
        return ExampleValue(name: name, type: type, constraints: constraints).json
    }

    @Test func `a name tells what is believable`() {
        #expect(example("handle", .string) { $0.pattern = "^[a-z0-9_]{3,30}$" } == "ada_lovelace")
        #expect(example("authorName", .string) == "Ada Lovelace")
        #expect(example("avatarUrl", .url) == "https://example.com/pictures/ada.jpg")
        #expect(example("age", .integer) == 36)
        #expect(example("tags", .list(.string)) == ["travel"])
    }

    @Test func `constraints are kept`() {
        #expect(example("title", .string) { $0.maxLength = 6 } == "A walk")
        #expect(example("age", .integer) { $0.maximum = 7 } == 7)
        #expect(example("stock", .integer) { $0.multipleOf = 5 } == 10)
        #expect(
            example("size", .integer) {
                $0.minimum = 4; $0.maximum = 3
            } == nil
        )
        #expect(example("mood", .string) { $0.enumeration = ["calm"] } == "calm")
    }
}
