import RuleTesting
import Testing

/// Which rules tests exercise.
@Suite struct RuleCoverageTests {
    /// What a test adds to the coverage of a run without it.
    private func shown(_ test: String) async throws -> Set<String> {
        let bench = try Bench()
        let without = try await bench.report("tests: { a: { as: anonymous, may: list shelf } }")
        let with = try await bench.report(Bench.given + "tests: { a: { \(test) } }")
        #expect(with.words == [])
        return without.uncovered.subtracting(with.uncovered)
    }

    @Test(arguments: [
        ("as: ann, may: read loans/first", ["loans.rules.read true"]),
        ("as: ben, may not: read loans/first", ["loans.rules.read false"]),
        // The read rule decides before the rule of the verb is asked.
        ("as: ben, may not: delete loans/first", ["loans.rules.read false"]),
        ("as: ann, may: delete loans/first", ["loans.rules.delete true"]),
        (
            "as: ann, may: { create loans: { book: novel } }",
            ["loans.rules.create true", "loans.validate[0] true"]
        ),
        ("as: anonymous, may not: { create loans: { book: novel } }", ["loans.rules.create false"]),
        (
            "as: ann, may not: { create loans: { book: novel, days: 31 } }",
            ["loans.validate[0] false"]
        ),
        (
            "as: ann, may: { update loans/first: { days: 3 } }",
            ["loans.rules.update true", "loans.validate[0] true"]
        ),
        ("as: ann, may not: { update loans/first: { days: 30 } }", ["loans.rules.update false"]),
        (
            "as: ann, may not: { update members/ann: { rank: 1 } }",
            ["members.fields.rank.write false"]
        ),
        (
            "as: { account: ann, permissions: [ranks] }, may: { update members/ann: { rank: 1 } }",
            ["members.fields.rank.write true", "members.rules.update true"]
        ),
        (
            "as: ann, may: see members/ann.card",
            ["members.fields.card.read true", "members.rules.read true"]
        ),
        (
            "as: ben, may not: see members/ann.card",
            ["members.fields.card.read false", "members.rules.read true"]
        ),
        // A list that is compared shows what it has and what it leaves out.
        (
            "as: ann, may: 'list books -> [novel]'",
            ["books.rules.read true", "books.rules.read false"]
        ),
        ("as: ann, may: list books", []),
        (
            "as: ann, may: 'list shelf -> []'",
            [
                "books.rules.read true", "books.rules.read false", "shelf.where true",
                "shelf.where false",
            ]
        ),
        ("as: ann, may not: list stock", ["stock.rules.read false"]),
        // With the permission no rule is asked.
        ("as: librarian, may: read loans/first", []),
        // A body that is wrong says nothing of rules.
        ("as: ann, may not: { create loans: { book: atlas } }", []),
    ])
    func `an operation shows the rules that decide it`(
        test: String,
        rules: [String]
    ) async throws {
        #expect(try await shown(test) == Set(rules))
    }

    @Test func `a test that fails shows nothing`() async throws {
        let bench = try Bench()
        let report = try await bench.report(
            Bench.given + "tests: { a: { as: ann, may not: read loans/first } }"
        )
        #expect(report.uncovered.contains("loans.rules.read true"))
    }

    @Test func `a constant rule can be shown one way only`() async throws {
        let bench = try Bench()
        let report = try await bench.report("tests: { a: { as: anonymous, may: list shelf } }")
        #expect(!report.coverage.points.contains(.init(path: "shelf.rules.read", isTrue: false)))
        #expect(!report.uncovered.contains("shelf.rules.read true"))
    }

    @Test func `what is missing is told with its place`() async throws {
        let bench = try Bench()
        let report = try await bench.report("tests: { a: { as: anonymous, may: list shelf } }")
        let text = report.coverage.text(bench.places, model: "mainstay.yaml")
        #expect(
            text.contains("mainstay.yaml:33:17: loans.rules.read: no test shows it true\n")
        )
        #expect(text.hasSuffix("rules: 1 of 26 covered, 3 %"), "\(text)")
    }
}
