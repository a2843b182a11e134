import Testing

@testable import ModelLanguage

/// Texts that try to cost more than they should.
///
/// What they cost is counted in values read, which
/// does not depend on the machine.
@Suite struct `Hostile texts` {
    private func read(_ text: String, limits: YAMLLimits = YAMLLimits()) -> [String] {
        let problems = Problems(path: "m")
        if let source = SourceText(Array(text.utf8), limits: limits, problems: problems) {
            _ = YAMLReader.read(source, limits: limits, problems: problems)
        }
        return problems.sorted.map { "\($0.line):\($0.column) \($0.message)" }
    }

    @Test(arguments: [
        String(repeating: "[", count: 10_000),
        String(repeating: "{a: ", count: 10_000),
        String(repeating: "- ", count: 10_000) + "a",
        String(repeating: "[\"]\", ", count: 10_000),
        (0..<1_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
        String(repeating: "[", count: 1_000_000),
    ])
    func `nesting is refused at its first level too many`(_ text: String) throws {
        let messages = read(text)
        #expect(messages.count == 1)
        #expect(messages[0].hasSuffix("lists and mappings nest deeper than 64 levels"))
    }

    @Test func `keys that are lists are refused at the first one`() {
        let text = String(repeating: "? ", count: 10_000) + "a"
        #expect(read(text) == ["1:3 a key is a list or a mapping"])
    }

    @Test func `sixty-four levels are read`() {
        let text = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(read(text) == [])
        #expect(read("[" + text + "]") == ["1:65 lists and mappings nest deeper than 64 levels"])
    }

    @Test func `a large file is refused before it is looked at`() {
        let text = String(repeating: "[", count: 1 << 20)
        #expect(read(text + "[") == ["1:1 the file is larger than 1048576 bytes"])
    }

    @Test func `many values are refused at the first one too many`() {
        let problems = Problems(path: "m")
        let text = "[" + String(repeating: "a,", count: 400_000) + "]"
        let source = SourceText(Array(text.utf8), problems: problems)
        #expect(source.flatMap { YAMLReader.read($0, problems: problems) } == nil)
        #expect(problems.sorted.map(\.message) == ["the file has more than 100000 values"])
        #expect(problems.sorted.map(\.column) == [200_000])
    }

    @Test func `an alias bomb is refused at its first anchor`() {
        var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
        for (name, last) in zip("bcdefghi", "abcdefgh") {
            text += "\(name): &\(name) [*\(last), *\(last), *\(last), *\(last), *\(last)]\n"
        }
        #expect(read(text) == ["1:4 anchors are not part of the model language"])
    }

    @Test func `what is not UTF-8 is refused where it stands`() {
        let problems = Problems(path: "m")
        let bytes = Array("app: A\nö: ".utf8) + [0xC3, 0x28]
        #expect(SourceText(bytes, problems: problems) == nil)
        #expect(problems.sorted.map(\.description) == ["m:2:4: error: the file is not valid UTF-8"])
    }

    @Test(arguments: [
        ("app: \u{0}A", "1:6 the control character U+0000 stands in the file"),
        ("app: A\n\u{1B}[31m", "2:1 the control character U+001B stands in the file"),
        ("a\u{85}b", "1:2 the control character U+0085 stands in the file"),
        ("a\u{2028}b", "1:2 the control character U+2028 stands in the file"),
    ])
    func `control characters are refused`(_ text: String, _ message: String) {
        #expect(read(text) == [message])
    }

    @Test func `UTF-16 is refused`() {
        let problems = Problems(path: "m")
        let bytes: [UInt8] = [0xFF, 0xFE, 0x61, 0x00]
        #expect(SourceText(bytes, problems: problems) == nil)
        #expect(problems.hasErrors)
    }

    @Test func `a byte order mark and line ends of Windows are read`() throws {
        let text = "\u{FEFF}app: A\r\nmodules:\r\n  m: {}\r\nx: 1\r\n"
        #expect(diagnostics(of: text).map(\.place) == [Place(line: 4, column: 1)])
    }

    @Test func `no more than a hundred problems are told`() {
        let fields = (1...150).map { "  x\($0): 1\n" }.joined()
        let found = diagnostics(of: "app: A\nmodules:\n" + fields)
        #expect(found.count == 100)
        #expect(found.last?.message == "there are 51 more problems")
    }

    @Test func `more modules, collections and fields than a database takes are refused`() {
        let modules = (0...200).map { "  m\($0): {}\n" }.joined()
        #expect(
            diagnostics(of: "app: A\nmodules:\n" + modules).map(\.message)
                == ["the app has more than 200 modules"]
        )
        let collections = (0...1000).map { "c\($0): {}" }.joined(separator: ", ")
        #expect(
            diagnostics(of: "app: A\nmodules: { m: { collections: { \(collections) } } }")
                .map(\.message) == ["the app has more than 1000 collections and views"]
        )
        let fields = (0...500).map { "f\($0): string" }.joined(separator: ", ")
        #expect(
            diagnostics(
                of: "app: A\nmodules: { m: { collections: { c: { fields: { \(fields) } } } } }"
            )
            .map(\.message) == ["collection \"c\" has more than 500 fields"]
        )
    }

    @Test func `a long expression is refused`() {
        let long = String(repeating: "a ||", count: 2_501)
        let text = "app: A\nmodules: { m: { collections: { c: { rules: { read: \(long) } } } } }"
        #expect(
            diagnostics(of: text).map(\.message)
                == ["the expression of \"read\" is longer than 10000 bytes"]
        )
    }

    @Test func `hints stop when comparing names would take long`() {
        let problems = Problems(path: "m")
        let known = (0..<1_000).map { "name\($0)" }
        let hints = (0..<2_000).count { _ in problems.suggestion(for: "name", among: known) != nil }
        #expect(hints == 999)
    }

    @Test func `an expression that nests deep is refused`() {
        let nested = String(repeating: "(", count: 100_000)
        let text = """
            app: A
            modules: { m: { collections: { c: { rules: { read: "\(nested)" } } } } }
            """
        #expect(diagnostics(of: text).count == 1)
    }

    @Test func `a pattern that would need much memory is refused`() {
        let text = """
            app: A
            modules:
              m: { collections: { c: { fields: { f: { type: string, pattern: "((a{1000}){1000})" } } } } }
            """
        #expect(diagnostics(of: text).count == 1)
    }
}
