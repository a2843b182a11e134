import Foundation
import Testing

@testable import Expressions

/// The conformance tests of the Common Expression Language, from a file beside the project.
@Suite struct ConformanceTests {
    /// One test of the file.
    struct Case {
        let name: String
        let isCore: Bool
        let line: String
        let expected: JSON
    }

    private static let folder = URL(filePath: #filePath)
        .resolvingSymlinksInPath().deletingLastPathComponent()

    private static let suite = folder.appending(path: "../../../../shared/conformance/cel.jsonl")

    static func cases() throws -> [Case] {
        let text = try String(contentsOf: suite.standardized, encoding: .utf8)
        return try text.split(separator: "\n").map { line in
            // The reader knows no numbers, and the file has none.
            let test = try #require(JSON(String(line)))
            func member(_ name: String) -> String {
                if case .string(let text)? = test[name] { text } else { "" }
            }
            var isCore = false
            if case .bool(true)? = test["core"] { isCore = true }
            return Case(
                name: "\(member("file"))/\(member("section"))/\(member("name")): \(member("expr"))",
                isCore: isCore,
                line: String(line),
                expected: try #require(test["expect"])
            )
        }
    }

    /// The tests that are known to fail.
    static func unsupported() throws -> Set<String> {
        let file = folder.appending(path: "unsupported.txt")
        let text = try String(contentsOf: file, encoding: .utf8)
        return Set(text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") })
    }

    /// Tests whose expectation was damaged on its way out of cel-spec's text format, where `\?`
    /// stands for `?`: they expect a backslash that their expressions do not have.
    private static let misconverted = [
        "parse/bytes_literals/triple_single_quoted_unescaped_punctuation: ",
        "parse/bytes_literals/triple_double_quoted_unescaped_punctuation: ",
    ]

    static let isPresent = FileManager.default.fileExists(atPath: suite.standardized.path)

    @Test(.enabled(if: isPresent, "the conformance tests are not beside the project"))
    func `every test passes but those that are listed`() throws {
        let evaluator = LineEvaluator()
        var failing: Set<String> = []
        var passedCore = 0
        for test in try Self.cases() {
            if Self.misconverted.contains(where: test.name.hasPrefix) { continue }
            let answer = try #require(JSON(evaluator.answer(test.line)))
            if Self.matches(answer, test.expected) {
                passedCore += test.isCore ? 1 : 0
            } else {
                failing.insert(test.name.replacing("\n", with: "\\n"))
                if test.isCore { Issue.record("core: \(test.name): \(answer.text)") }
            }
        }
        #expect(passedCore == 1_077 - Self.misconverted.count)
        let unsupported = try Self.unsupported()
        #expect(failing.subtracting(unsupported).sorted() == [], "fail and are not listed")
        #expect(unsupported.subtracting(failing).sorted() == [], "are listed and pass")
    }

    private static func matches(_ answer: JSON, _ expected: JSON) -> Bool {
        if case .array(let parts) = expected, case .string("error")? = parts.first {
            return answer["error"] != nil
        }
        guard let value = answer["value"] else { return false }
        return isSame(value, expected)
    }

    /// Whether two tagged values are the same, types included; NaN is NaN, and -0 is not 0.
    private static func isSame(_ left: JSON, _ right: JSON) -> Bool {
        guard let left = TaggedValue.value(of: left), let right = TaggedValue.value(of: right)
        else { return false }
        return isSame(left, right)
    }

    private static func isSame(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.double(let left), .double(let right)):
            left.bitPattern == right.bitPattern || left.isNaN && right.isNaN
        case (.list(let left), .list(let right)):
            left.count == right.count && zip(left, right).allSatisfy(isSame)
        case (.map(let left), .map(let right)):
            left.count == right.count
                && left.entries.allSatisfy { key, value in
                    right[key].map { isSame(value, $0) } ?? false
                }
        default:
            left.typeName == right.typeName && left.isEqual(to: right)
        }
    }
}
