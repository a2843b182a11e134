import RuleTesting
import Testing

/// What is wrong with a file of rule tests is told with its place.
@Suite struct RuleTestReaderTests {
    @Test(arguments: [
        ("tests: { a: { as: ann, may: red books/novel } }", "red", "\"red\" is no operation"),
        (
            "tests: { a: { as: ann, may: read books/novl } }", "books/novl",
            "no record of books is called \"novl\""
        ),
        (
            "tests: { a: { as: ann, may: read book/novel } }", "book/novel",
            "there is no collection \"book\""
        ),
        ("tests: { a: { as: ann, may: read books } }", "books }", "\"books\" names no record"),
        (
            "tests: { a: { as: ann, may: see members/ann.crd } }", "members/ann.crd",
            "\"crd\" is no field of members"
        ),
        (
            "tests: { a: { as: ann, may: { create loans: { boook: novel } } } }", "boook",
            "\"boook\" is no field of loans"
        ),
        (
            "tests: { a: { as: ann, may: { create loans: { book: nvl } } } }", "nvl",
            "no record of books is called \"nvl\""
        ),
        (
            "tests: { a: { as: an, may: list books } }", "an,",
            "\"an\" is no account that is given, and no role"
        ),
        (
            "tests: { a: { as: ann as libarian, may: list books } }", "ann as",
            "\"libarian\" is no role of the model"
        ),
        ("tests: { a: { may: list books } }", "{ may", "the test does not say who asks"),
        (
            "tests: { a: { as: ann } }", "{ as",
            "the test says nothing of what the caller may do"
        ),
        ("tests: { a: { as: ann, mai: list books } }", "mai", "\"mai\" is no key of a test"),
        (
            "tests: { a: { as: ann, may: list books where lnt == 0 } }", "lnt",
            "unknown name 'lnt'"
        ),
        (
            "tests: { a: { as: ann, may: list loan } }", "loan }",
            "there is no collection and no view \"loan\""
        ),
        (
            "tests: { a: { as: ann, may: list loans order x } }", "order",
            "\"order\" is not expected here"
        ),
        (
            "tests: { a: { as: ann, may: delete loans/first now } }", "now",
            "\"now\" is not expected here"
        ),
        ("tests: { a: { as: ann, may: list books, now: noon } }", "noon", "\"now\" is no instant"),
        (
            "test: {}\ntests: { a: { as: ann, may: list books } }", "test:",
            "\"test\" is no key of a file of rule tests"
        ),
        ("more: 1", "more", "\"more\" is no key of a file of rule tests"),
    ])
    func `a mistake is told where it stands`(
        text: String,
        at mark: String,
        message: String
    ) throws {
        let whole = Bench.given + text
        let mistakes = try Bench().mistakes(in: whole)
        let range = try #require(whole.ranges(of: mark).last)
        let lines = whole[..<range.lowerBound].split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        let place = "\(lines.count):\((lines.last?.count ?? 0) + 1)"
        #expect(mistakes.contains("\(place): \(message)"), "\(mistakes), not \(place)")
    }

    @Test func `all mistakes are told at once`() throws {
        let mistakes = try Bench().mistakes(
            in: "given: { boks: {} }\ntests: { a: { as: no, may: [red x, list nothing] } }"
        )
        #expect(mistakes.count == 4)
    }

    @Test(arguments: ["", "[]", "text", "tests: []", "tests: { a: [1] }", "a: &x 1", "{", "\u{0}"])
    func `a file of another shape is refused`(text: String) throws {
        #expect(try !Bench().mistakes(in: text).isEmpty)
    }

    @Test func `two records of one name are refused`() throws {
        let mistakes = try Bench().mistakes(
            in: Bench.given
                + "tests: { a: { given: { books: { novel: {} } }, as: ann, may: list books } }"
        )
        #expect(mistakes.count == 1)
    }
}
