import Foundation
import RuleTesting
import Testing

/// The examples of the page on rule tests are right.
@Suite struct RuleTestDocumentationTests {
    private static func block(_ kind: String) throws -> String {
        let page = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/rule-tests.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let start = try #require(text.firstRange(of: "```\(kind)\n"))
        let end = try #require(text[start.upperBound...].firstRange(of: "\n```"))
        return String(text[start.upperBound..<end.lowerBound])
    }

    @Test func `the example passes, as the page says`() async throws {
        let bench = try Bench(Self.block("yaml model"))
        let report = try await bench.report(Self.block("yaml tests"))
        #expect(report.words == [])
        #expect(report.summary == "6 tests, 26 operations: all as expected")
        #expect(report.uncovered == [])
    }
}
