import Engine
import Expressions
import Foundation
import ModelLanguage
import RuleTesting
import Testing

/// The rule tests that the reference app ships with.
@Suite struct ReferenceAppTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Examples/SocialConnect")

    private static func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    private func report(model text: String) async throws -> RuleTestReport {
        let names = try FileManager.default.contentsOfDirectory(
            atPath: Self.folder.appending(path: "tests").path
        )
        let files = try names.filter { $0.hasSuffix(".yaml") }.sorted().map { name in
            (name, [UInt8](try Self.text("tests/\(name)").utf8))
        }
        let bench = try Bench(text)
        return try await bench.run(try RuleTestSuite(files: files, model: bench.model))
    }

    @Test func `all rules are covered, and hold`() async throws {
        let report = try await report(model: Self.text("mainstay.yaml"))
        #expect(report.words == [])
        #expect(report.uncovered == [])
        #expect(report.coverage.points.count >= 50)
    }

    /// A rule that says yes, or no, to everything is found out by some test.
    @Test(arguments: ["true", "false"])
    func `no rule can be broken unnoticed`(constant: String) async throws {
        let text = try Self.text("mainstay.yaml")
        let bench = try Bench(text)
        let rules = try await report(model: text).coverage.points.map(\.path)
        var survivors: [String] = []
        for path in Set(rules).sorted() {
            guard let mutant = try Mutant(of: text, in: bench, rule: path, constant: constant)
            else { continue }
            let report = try await report(model: mutant.text)
            if report.isPassed { survivors.append(path) }
        }
        // What these two refuse, the rule for reading hides already.
        let shadowed = ["notifications.rules.delete", "notifications.rules.update"]
        #expect(survivors == (constant == "true" ? shadowed : []))
    }
}

/// A model with one rule replaced by a constant.
private struct Mutant {
    let text: String

    /// Nil where the rule is that constant already.
    init?(of text: String, in bench: Bench, rule path: String, constant: String) throws {
        let rule = try #require(RuleBook(bench.model)[path])
        let place = try #require(bench.places.place(of: path))
        let line = text.split(separator: "\n", omittingEmptySubsequences: false)[place.line - 1]
        var start = text.index(line.startIndex, offsetBy: place.column - 1)
        if text[start] == "\"", !rule.expression.source.hasPrefix("\"") {
            start = text.index(after: start)
        }
        // The file has the rule's words, with white space of its own between them.
        var end = start
        for character in rule.expression.source where !character.isWhitespace {
            while text[end].isWhitespace { end = text.index(after: end) }
            try #require(text[end] == character, "\(path)")
            end = text.index(after: end)
        }
        guard text[start..<end] != constant else { return nil }
        self.text = text.replacingCharacters(in: start..<end, with: constant)
    }
}
