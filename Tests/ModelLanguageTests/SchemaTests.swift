import JSON
import Testing

@testable import ModelLanguage

@Suite struct `The language's JSON Schema` {
    private let validator = SchemaValidator(document: ModelSchema.document)

    private func problems(_ text: String) throws -> [String] {
        let problems = Problems(path: "m")
        let source = try #require(SourceText(Array(text.utf8), problems: problems))
        return validator.problems(try #require(YAMLReader.read(source, problems: problems)).json)
    }

    @Test func `accepts SocialConnect`() throws {
        #expect(try problems(Files.text(of: Files.socialConnect)) == [])
    }

    @Test func `is the one that the repository ships`() throws {
        let shipped = try Files.text(of: "docs/mainstay.schema.json")
        #expect(shipped == ModelSchema.document.prettyDescription + "\n")
    }

    @Test func `knows the loader's keys and no others`() {
        let definitions = ModelSchema.document["$defs"]
        let field = definitions?["field"]?["oneOf"]?.elements.last
        for (schema, keys) in [
            (ModelSchema.document, Grammar.app), (definitions?["module"], Grammar.module),
            (definitions?["collection"], Grammar.collection), (field, Grammar.field),
            (definitions?["view"], Grammar.view),
        ] {
            #expect(schema?["properties"]?.members.map(\.name) == keys.names)
            #expect(schema?["additionalProperties"] == false)
        }
    }

    @Test func `describes every key`() {
        let sets = [
            Grammar.app, Grammar.module, Grammar.collection, Grammar.accounts, Grammar.validation,
            Grammar.rules, Grammar.field, Grammar.view, Grammar.viewRules, Grammar.role,
            Grammar.tenants, Grammar.provider, Grammar.sessions, Grammar.shares,
            Grammar.encryption,
        ]
        for set in sets {
            for key in set.keys { #expect(key.summary.hasSuffix("."), "\(key.name)") }
            #expect(set.later.isDisjoint(with: set.names))
        }
    }

    /// Each mistake that the schema can see, so that an editor shows it too.
    @Test(arguments: Mistake.inShapes.filter { !unseenBySchema.contains($0.title) })
    func `refuses what has the wrong shape`(_ mistake: Mistake) throws {
        #expect(try problems(mistake.file) != [])
    }

    /// What is a matter of names, which the loader alone knows.
    private static let unseenBySchema = ["permissions", "no module"]

    @Test(arguments: [
        "title: string", "tags: [string]", "a: { type: integer, minimum: -1.5, default: 3 }",
        "a: { type: string, read: true }", "a: { type: json, default: { a: [1] } }",
    ])
    func `accepts what the loader accepts`(_ field: String) throws {
        let text = "app: A\nmodules: { m: { collections: { c: { fields: { \(field) } } } } }"
        #expect(try problems(text) == [])
    }
}
