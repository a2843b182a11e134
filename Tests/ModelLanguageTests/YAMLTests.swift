import JSON
import Testing

@testable import ModelLanguage

@Suite struct `YAML` {
    private func value(_ text: String) -> JSONValue? {
        let problems = Problems(path: "m")
        return SourceText(Array(text.utf8), problems: problems)
            .flatMap { YAMLReader.read($0, problems: problems) }?.json
    }

    @Test(
        arguments: [
            ("true", true), ("False", false), ("yes", "yes"), ("on", "on"), ("No", "No"),
            ("y", "y"),
            ("~", .null), ("null", .null), ("12", 12), ("-7", -7), ("+3", 3), ("0x1F", 31),
            ("0o17", 15), ("017", 17), ("1.5", .number(1.5)), ("1e3", .number(1000)),
            (".5", .number(0.5)),
            ("1_000", "1_000"), ("1:30", "1:30"), ("2026-01-31", "2026-01-31"), ("-", "-"),
            (".", "."), ("1e", "1e"), ("--1", "--1"), (".inf", ".inf"), ("0x", "0x"),
            ("\"true\"", "true"), ("'12'", "12"), ("\"\"", ""), ("1.", .number(1)),
        ] as [(String, JSONValue)]
    )
    func `plain scalars follow the core schema of YAML 1.2`(_ text: String, _ expected: JSONValue) {
        #expect(value("[\(text)]") == .array([expected]) || text == "-")
    }

    @Test func `keys are texts whatever they look like`() {
        #expect(value("on: 1\ntrue: 2\n12: 3\n~: 4") == ["on": 1, "true": 2, "12": 3, "~": 4])
    }

    @Test func `nodes keep their order and nesting`() {
        let text = "b: [1, {x: y}]\na:\n- 1\n- c: |\n    text\n    more\n"
        #expect(value(text)?.description == #"{"b":[1,{"x":"y"}],"a":[1,{"c":"text\nmore\n"}]}"#)
    }

    /// The place of the mark `§` in the text of the scalar, with the mark taken out of the file.
    @Test(arguments: [
        "key: ab §cd", "key: §ab", "key: ab§", "key: 'a''b §cd'", "key: \"a\\\"b §cd\"",
        "key: \"a\\n\\tb §cd\"", "key: \"\\u00e4 §b\"", "key: >-\n  a b\n  c §d\n",
        "key: |\n  a b\n\n    c §d\n", "key: >\n\n  a\n\n\n  §b\n", "key: a b\n  c §d\n",
        "key: 'ä\n  ö §ü'", "key: >2-\n    a §b\n", "- - key: ö §a",
    ])
    func `an offset in a scalar has its place in the file`(_ marked: String) throws {
        let lines = marked.split(separator: "\n", omittingEmptySubsequences: false)
        let line = try #require(lines.firstIndex { $0.contains("§") })
        let column = try #require(
            lines[line].unicodeScalars.split(
                separator: "§",
                maxSplits: 1,
                omittingEmptySubsequences: false
            ).first
        ).count
        let expected = Place(line: line + 1, column: column + 1)
        let text = try #require(scalar(marked)).text
        let offset = try #require(
            text.utf8.split(
                separator: Array("§".utf8),
                maxSplits: 1,
                omittingEmptySubsequences: false
            ).first
        ).count
        let clean = marked.replacing("§", with: "")
        let problems = Problems(path: "m")
        let source = try #require(SourceText(Array(clean.utf8), problems: problems))
        let node = try #require(lastNode(clean))
        let found = source.place(
            ofOffset: offset,
            in: try #require(node.scalar),
            startingAt: node.place
        )
        #expect(found == expected)
    }

    private func scalar(_ text: String) -> YAMLScalar? { lastNode(text)?.scalar }

    private func lastNode(_ text: String) -> YAMLNode? {
        let problems = Problems(path: "m")
        var node = SourceText(Array(text.utf8), problems: problems)
            .flatMap { YAMLReader.read($0, problems: problems) }
        while let current = node, current.scalar == nil {
            switch current.content {
            case .mapping(let pairs): node = pairs.last?.value
            case .sequence(let items): node = items.last
            case .scalar: break
            }
        }
        return node
    }
}
