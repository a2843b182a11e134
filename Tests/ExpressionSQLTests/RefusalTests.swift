import ExpressionSQL
import Expressions
import ModelLanguage
import Testing

@Suite struct `What SQL cannot say with the same meaning` {
    private static let refused: [(source: String, message: String, offset: Int)] = [
        ("type(n) == int", "'type()' cannot be computed by the database", 0),
        ("dyn(n) == 1", "'dyn()' cannot be computed by the database", 0),
        ("{'a': n}.a == 1", "the field 'a' of this cannot be computed by the database", 9),
        ("tags == ['a']", "a comparison of lists cannot be computed by the database", 5),
        ("data == data", "a comparison of json cannot be computed by the database", 5),
        ("data.x == 1", "the field 'x' of this cannot be computed by the database", 5),
        (
            "x / y > 1.0",
            "a division by a double that may be zero cannot be computed by the database", 2
        ),
        (
            "x * y * y > 1.0",
            "arithmetic of doubles that may be infinite cannot be computed by the database", 6
        ),
        ("string(x) == '1'", "string() of double cannot be computed by the database", 0),
        ("text.trim() == ''", "'trim()' cannot be computed by the database", 5),
        (
            "at.getHours('Europe/Berlin') == 1",
            "a time zone other than UTC cannot be computed by the database", 12
        ),
        (
            "text.matches(note)",
            "a regular expression that is not written out cannot be computed by the database", 13
        ),
        ("timestamp(text) == at", "timestamp() of string cannot be computed by the database", 0),
        ("links.map(l, l.weight).size() > 1", "map() cannot be computed by the database", 6),
        (
            "owners.exists(o, o == o)",
            "a whole record of 'owners' cannot be computed by the database", 17
        ),
        ("b'a' == b'a'", "a literal of type bytes cannot be computed by the database", 0),
        ("1u + 2u == 3u", "arithmetic of uint cannot be computed by the database", 3),
        (
            "at < timestamp('2026-01-01T00:00:00.0000001Z')",
            "a timestamp cannot be finer than microseconds here", 15
        ),
    ]

    @Test func `is refused with its place`() throws {
        let world = try Zoo.world()
        for (source, message, offset) in Self.refused {
            let checked = try world.check(source, on: "items")
            let error = #expect(throws: SQLCompileError.self, "\(source)") {
                try world.selected(checked, of: "items", for: .account("o1"))
            }
            #expect(error?.message == message, "\(source)")
            #expect(error?.offset == offset, "\(source)")
        }
    }

    @Test func `is found in a model before it is served`() throws {
        let source = """
            app: Broken
            api: v1
            modules:
              main:
                collections:
                  notes:
                    fields:
                      title: { type: string, read: title.trim() != "" }
                      score: { type: number }
                    validate:
                      - { rule: title.trim() != "", message: a title is needed }
                    rules:
                      create: title.trim() != ""
                      read: type(title) == string
                views:
                  best:
                    of: notes
                    where: 1.0 / score < 2.0
                    rules: { read: "true" }
            """
        let model = try ModelLoader.load(source.utf8, path: "model.yaml").model
        let problems = ModelSQLCheck.problems(in: model)
        // What is evaluated in memory may use all of the language.
        #expect(
            problems.map(\.place) == ["notes.rules.read", "notes.fields.title.read", "best.where"]
        )
    }
}
