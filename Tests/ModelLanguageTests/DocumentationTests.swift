import Expressions
import JSON
import Testing

@testable import ModelLanguage

/// The examples of the documentation are models that load, and expressions that are right.
@Suite struct `Documentation` {
    /// A fenced block of a page.
    struct Example: Sendable, CustomTestStringConvertible {
        /// What follows the three backticks: `yaml`, or `yaml fields` for a part of a file.
        let language: String
        let text: String
        let page: String
        let line: Int

        var testDescription: String { "\(page), line \(line)" }

        /// The example as a whole file.
        var file: String {
            let head = "app: A\nmodules:\n"
            let collections = head + "  m:\n    collections:\n"
            return switch language {
            case "yaml modules": head + indented(by: 2)
            case "yaml collections": collections + indented(by: 6)
            case "yaml collection": collections + "      things:\n" + indented(by: 8)
            case "yaml fields":
                collections + "      users: { accounts: true }\n      things:\n        fields:\n"
                    + indented(by: 10)
            default: text
            }
        }

        private func indented(by count: Int) -> String {
            text.split(separator: "\n", omittingEmptySubsequences: false)
                .map { $0.isEmpty ? "" : String(repeating: " ", count: count) + $0 }
                .joined(separator: "\n")
        }
    }

    private static func examples(in page: String) -> [Example] {
        guard let text = try? Files.text(of: page) else { return [] }
        var examples: [Example] = []
        var open: (language: String, lines: [Substring], line: Int)?
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if let block = open, line == "```" {
                let text = block.lines.joined(separator: "\n")
                examples.append(
                    Example(language: block.language, text: text, page: page, line: block.line)
                )
                open = nil
            } else if open != nil {
                open?.lines.append(line)
            } else if line.hasPrefix("```") {
                open = (String(line.dropFirst(3)), [], index + 1)
            }
        }
        return examples
    }

    private static let pages =
        ((try? Files.names(in: "docs")) ?? []).map { "docs/" + $0 } + ["README.md", "SECURITY.md"]
    private static let grammar = examples(in: "docs/model.md")
    /// What any page shows as a model, or as a part of one; rule tests have their own suite.
    private static let models = pages.filter { $0.hasSuffix(".md") }.flatMap(examples)
        .filter { $0.language.hasPrefix("yaml") && $0.language != "yaml tests" }
    private static let expressions = examples(in: "docs/expressions.md")

    private func node(_ text: String) throws -> YAMLNode {
        let problems = Problems(path: "m")
        let source = try #require(SourceText(Array(text.utf8), problems: problems))
        return try #require(YAMLReader.read(source, problems: problems))
    }

    @Test func `the pages were found, and the grammar's has models alone`() {
        #expect(Set(Self.models.map(\.page)).count >= 8)
        for example in Self.grammar { #expect(example.language.hasPrefix("yaml")) }
    }

    @Test(arguments: models)
    func `each model loads without a warning`(_ example: Example) {
        #expect(messages(of: example.file) == "")
    }

    @Test(arguments: models)
    func `each model fits the JSON Schema`(_ example: Example) throws {
        let value = try node(example.file).json
        #expect(SchemaValidator(document: ModelSchema.document).problems(value) == [])
    }

    @Test func `each key is explained, and has an example`() throws {
        let text = try Files.text(of: "docs/model.md")
        var used: Set<String> = []
        for example in Self.grammar { collectKeys(of: try node(example.file), into: &used) }
        let sets = [
            Grammar.app, Grammar.module, Grammar.collection, Grammar.accounts, Grammar.validation,
            Grammar.rules, Grammar.field, Grammar.view, Grammar.viewRules, Grammar.role,
            Grammar.tenants, Grammar.provider, Grammar.sessions, Grammar.shares,
            Grammar.encryption,
        ]
        for name in sets.flatMap(\.names) {
            #expect(text.contains("`\(name)`"), "\(name) is not explained")
            #expect(used.contains(name), "\(name) has no example")
        }
        for type in Reserved.types { #expect(text.contains("| `\(type)` |")) }
    }

    private func collectKeys(of node: YAMLNode, into keys: inout Set<String>) {
        switch node.content {
        case .scalar: break
        case .sequence(let items): for item in items { collectKeys(of: item, into: &keys) }
        case .mapping(let pairs):
            for pair in pairs {
                keys.insert(pair.key)
                collectKeys(of: pair.value, into: &keys)
            }
        }
    }

    @Test func `each expression is right`() throws {
        let model = try ModelLoader.load(try Files.bytes(of: Files.socialConnect), path: "m").model
        let environments = ModelEnvironment(model)
        let lines = Self.expressions.filter { $0.language == "cel" }
            .flatMap { $0.text.split(separator: "\n").map(String.init) }
        #expect(lines.count > 5)
        for (index, line) in lines.enumerated() {
            let name = index == lines.count - 1 ? "users" : "posts"
            let collection = try #require(model.collection(name))
            let environment = environments.environment(for: collection)
            #expect(throws: Never.self) { try environment.check(line, as: .bool) }
        }
    }

    /// Every call in the table of functions, on values that it takes.
    @Test(arguments: [
        "size('a') == 1 && 'a'.startsWith('a') && 'a'.endsWith('a') && 'a'.contains('a')",
        "'a'.matches('^a$') && 'a'.lowerAscii().upperAscii().trim().reverse() == 'A'",
        "'abc'.charAt(1) == 'b' && 'abcb'.lastIndexOf('b') - 'abcb'.indexOf('b') == 2",
        "'abc'.substring(1, 2).replace('b', 'c') == 'c' && 'a,b'.split(',').join('-') == 'a-b'",
        "'%s'.format(['a']) == 'a'", "int('1') == 1 && uint(1) == 1u && double(1) == 1.0",
        "string(1) == '1' && bool('true') && bytes('a') == b'a' && type(1) == int && dyn(1) == 1",
        "timestamp('2026-01-31T23:30:00Z').date() == '2026-01-31' && duration('90m') > duration('1h')",
        "timestamp('2026-01-31T23:30:00Z').date('Europe/Berlin') == '2026-02-01'",
        "timestamp('2026-01-31T23:30:00Z').getMonth() == 0",
        "timestamp('2026-01-31T23:30:00Z').getDate() == 31",
        "timestamp('2026-01-31T23:30:00Z').getDayOfMonth() == 30",
        "timestamp('2026-02-01T00:00:00Z').getDayOfWeek() == 0",
        "timestamp('2026-01-31T23:30:00Z').getDayOfYear() == 30",
        "timestamp('2026-01-31T23:30:00Z').getFullYear() == 2026",
        "timestamp('2026-01-31T23:30:01.5Z').getHours() == 23",
        "timestamp('2026-01-31T23:30:01.5Z').getMinutes() == 30",
        "timestamp('2026-01-31T23:30:01.5Z').getSeconds() == 1",
        "timestamp('2026-01-31T23:30:01.5Z').getMilliseconds() == 500",
        "math.abs(-1) == 1 && math.ceil(1.2) == 2.0 && math.floor(1.2) == 1.0",
        "math.round(1.5) == 2.0 && math.trunc(-1.5) == -1.0 && math.sign(-2) == -1",
        "math.sqrt(4) == 2.0 && math.greatest(1, 2) == 2 && math.least(1, 2) == 1",
        "[1, 2].exists(v, v == 2) && [1, 2].all(v, v > 0) && [1, 2].exists_one(v, v == 2)",
        "[1, 2].filter(v, v > 1) == [2] && [1, 2].map(v, v * 2) == [2, 4] && has({'y': 1}.y)",
        "cel.bind(v, 2, v * v) == 4 && optional.of(1).hasValue() && !optional.none().hasValue()",
        "optional.of(1).value() == 1 && optional.none().or(optional.of(1)).orValue(2) == 1",
        "double(1) + 1.5 == 2.5 && {'y': 1}.?y.orValue(2) == 1 && [1][?3].orValue(2) == 2",
        "!(false && 1 / 0 == 1) && (1 / 0 == 1 || true) && false < true",
        "'a' + 'b' == 'ab' && [1] + [2] == [1, 2] && 'a' in ['a'] && 'k' in {'k': 1}",
    ])
    func `each function does what it is said to do`(_ source: String) throws {
        let checked = try Environment().check(source, as: .bool)
        guard case .bool(true) = try checked.evaluate(Bindings()) else {
            Issue.record("\(source) is not true")
            return
        }
    }

    @Test(arguments: ["1 + 1.5", "9223372036854775807 + 1 > 0", "[1][3] == 1"])
    func `what is an error by the page is one`(_ source: String) {
        #expect(throws: (any Error).self) {
            try Environment().check(source).evaluate(Bindings())
        }
    }
}
