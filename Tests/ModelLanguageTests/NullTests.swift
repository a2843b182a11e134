import Expressions
import ModelLanguage
import Testing

/// What the documentation says of null and of errors.
@Suite struct `Null in expressions` {
    private let environment: Environment

    init() throws {
        let text = """
            app: A
            modules:
              m:
                collections:
                  users:
                    accounts: true
                    fields: { bio: { type: string, optional: true }, open: boolean }
            """
        let model = try ModelLoader.load(text.utf8, path: "m").model
        let users = try #require(model.collection("users"))
        environment = ModelEnvironment(model).environment(for: users)
    }

    private func evaluate(_ source: String) throws -> Bool? {
        let bindings = Bindings([
            "bio": .null, "open": .bool(true), "auth": .null, "id": .string("1"),
        ])
        guard case .bool(let flag) = try environment.check(source).evaluate(bindings) else {
            return nil
        }
        return flag
    }

    @Test(arguments: [
        ("bio == null", true), ("bio != null", false), ("bio == 'a'", false),
        ("auth == null", true),
        ("auth.id == id || open", true), ("open || auth.id == id", true),
        ("auth.id == id && !open", false), ("auth != null && auth.id == id", false),
    ])
    func `has these answers`(_ source: String, _ answer: Bool) throws {
        #expect(try evaluate(source) == answer)
    }

    @Test(arguments: ["bio.size() < 100", "auth.id == id", "auth.can('a.b')", "bio + 'a' == 'a'"])
    func `is an error where a value is needed`(_ source: String) {
        #expect(throws: EvaluationError.self) { try evaluate(source) }
    }
}
