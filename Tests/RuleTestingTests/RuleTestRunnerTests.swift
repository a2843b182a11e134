import Engine
import ModelLanguage
import RuleTesting
import Testing

/// What rule tests find out.
@Suite struct RuleTestRunnerTests {
    private func words(_ tests: String) async throws -> [String] {
        try await Bench().report(Bench.given + tests).words
    }

    @Test func `what is as expected passes`() async throws {
        let report = try await Bench().report(
            Bench.given + """
                tests:
                  all:
                    - as: ann
                      may:
                        - read loans/first: { days: 14, member: ann }
                        - list loans -> [first]
                        - list shelf -> []
                        - see members/ann.card: A-1
                        - create loans: { book: novel }
                        - update loans/first: { days: 29 }
                        - replace loans/first: { book: novel, days: 1 }
                        - delete loans/first
                      may not:
                        - read books/atlas
                        - create loans: { book: atlas }
                        - create loans: { book: novel, days: 31 }
                        - create loans: { book: novel, member: ben }
                        - update loans/first: { days: 30 }
                        - update loans/first: { book: atlas }
                        - update members/ann: { rank: 9 }
                        - list stock
                    - as: [ben, anonymous]
                      may not:
                        - read loans/first
                        - list loans -> [first]
                        - see members/ann.card
                        - delete loans/first
                    - as: librarian
                      may:
                        - read books/atlas
                        - update books/atlas: { title: Atlas }
                        - list loans -> [first]
                        - list stock: [{ rare: false, books: 1 }, { rare: true, books: 1 }]
                """
        )
        #expect(report.words == [])
        #expect(report.isPassed)
        #expect(report.checks == 28)
    }

    @Test(arguments: [
        ("may: read loans/first", "404 record.not-found: there is no record of loans with this id"),
        (
            "may: delete loans/first",
            "404 record.not-found: there is no record of loans with this id"
        ),
        ("may: see members/ann.card", "it is hidden"),
        ("may: list stock", "403 rule.denied: stock may not be read"),
        ("may: 'list loans -> [first]'", "it is []"),
        ("may: { read members/ann: { name: Bob } }", #""name" is "ann", not "Bob""#),
        ("may not: read books/novel", "it is allowed"),
        ("may not: see members/ann.name", "it is shown"),
        ("may not: 'list books -> [novel, atlas]'", "it has novel in it"),
        ("may not: { create loans: { book: novel } }", "it is allowed"),
        (
            "may not: { create loans: { book: novel, days: many } }",
            "the test is wrong, no rule was asked: \"days\" has to be a whole number, not a string"
        ),
    ])
    func `what is not as expected is told`(test: String, found: String) async throws {
        let words = try await words("tests: { one: { as: ben, \(test) } }")
        #expect(words.count == 1)
        #expect(words.first?.hasSuffix(": " + found) == true, "\(words)")
    }

    @Test func `no operation sees what another did`() async throws {
        let words = try await words(
            """
            tests:
              first:
                as: ann
                may: [delete loans/first, delete loans/first, read loans/first]
              second:
                as: ann
                may: read loans/first
                given: { loans: { second: { book: novel, member: ann } } }
              third:
                as: ann
                may: "list loans -> [first]"
            """
        )
        #expect(words == [])
    }

    @Test func `the order of a list counts where it is asked for`() async throws {
        let words = try await words(
            """
            tests:
              order:
                as: librarian
                may:
                  - list books -> [atlas, novel]
                  - list books -> [novel, atlas]
                  - list books sort title -> [atlas, novel]
                  - list books sort -title -> [atlas, novel]
            """
        )
        #expect(
            words == [
                "librarian may list books sort -title -> [atlas, novel]: it is [novel, atlas]"
            ]
        )
    }

    @Test func `filters name records, and hidden values cannot be found out`() async throws {
        let words = try await words(
            """
            tests:
              filters:
                as: ann
                may:
                  - list loans where member == {ann} && book == {books/novel} -> [first]
                  - list members where card == "A-1" -> [ann]
                  - list loans expand book,member where days > 1 -> [first]
              others:
                as: ben
                may: 'list members where card == "A-1" -> []'
                may not: list members sort card
            """
        )
        #expect(words == [])
    }

    @Test func `times are told from the time of the test`() async throws {
        let words = try await words(
            """
            tests:
              times:
                given: { books: { old: { bought: now - 2d }, new: { bought: now + 1h } } }
                as: ann
                may:
                  - list books where bought < now -> [old]
                  - read books/old: { bought: now - 2d }
              years:
                now: 2031-01-01T00:00:00Z
                given: { books: { old: { bought: 2030-12-31T23:00:00Z } } }
                as: ann
                may: list books where bought > now - duration("2h") -> [old]
            """
        )
        #expect(words == [])
    }

    @Test func `what cannot be given is told where it stands`() async throws {
        let report = try await Bench().report(
            """
            given:
              members: { ann: { name: "" } }
            tests: { one: { as: anonymous, may: list books } }
            """,
            """
            given: { loans: { one: { book: novel } }, books: { novel: {} } }
            tests: { one: { as: anonymous, may: list books } }
            """
        )
        let places = report.failures.map { "\($0.path):\($0.place.line):\($0.place.column)" }
        #expect(places == ["tests/0.yaml:2:21", "tests/1.yaml:1:19"])
        #expect(report.words[0].hasSuffix("\"name\" has to have at least 1 character, not 0"))
        #expect(report.words[1].contains("\"member\" is missing: the server would take it"))
    }

    @Test func `a failure tells the rule that decided, and its parts`() async throws {
        let bench = try Bench()
        let report = try await bench.report(
            Bench.given + "tests: { rare: { as: ben, may: read books/atlas } }"
        )
        #expect(
            report.failureText(bench.places, model: "mainstay.yaml") == """
                tests/0.yaml:8:32: rare
                    ben may read books/atlas
                    but 404 record.not-found: there is no record of books with this id
                    by books.rules.read (mainstay.yaml:23:18)
                        false  any of
                            false  not
                                true   isRare
                            false  all of
                                true   auth != null
                                false  auth.can("books.update")
                """
        )
    }

    @Test func `only the tests asked for are run`() async throws {
        let bench = try Bench()
        let suite = try bench.suite(
            "tests: { One rule: { as: anonymous, may: list books }, Another: { as: anonymous, may not: list books } }"
        )
        let report = try await bench.run(suite, only: "one")
        #expect(report.tests == 1)
        #expect(report.isPassed)
        #expect(suite.names(containing: "ANOTHER") == ["Another"])
    }
}
