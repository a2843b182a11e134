import JSON
import Testing

@testable import Engine

/// Filters that requests bring.
@Suite struct FilterTests {
    private let club: Club

    init() throws {
        club = try Club()
        for index in 1...6 {
            let body =
                #"{"blob":{"n":\#(index)},"whole":\#(index),"word":"w\#(index)","real":\#(index).5}"#
            try club.make("n\(index)", in: "numbers", body, as: .ada)
        }
    }

    private func found(_ filter: String) throws -> [JSONValue] {
        try club.values("whole", "numbers", Query(filter: filter, sort: "whole"), as: .ada)
    }

    @Test(
        arguments: [
            ("whole > 4", [5, 6]), ("whole == 3 || word == \"w1\"", [1, 3]), ("!(whole > 1)", [1]),
            ("real < 2.0", [1]), ("word.startsWith(\"w\") && whole < 3", [1, 2]), ("false", []),
            ("whole in [2, 4, 99]", [2, 4]), ("true", [1, 2, 3, 4, 5, 6]), ("10 / whole == 5", [2]),
            ("1 / 0 == 1", []), ("word.matches(\"^w[56]$\")", [5, 6]),
            ("flag == null && whole == 1", [1]),
            ("word == 'x\\' OR 1=1 --'", []),
        ] as [(String, [Int64])]
    )
    func `a filter chooses records`(filter: String, expected: [Int64]) throws {
        #expect(try found(filter) == expected.map { .integer($0) })
    }

    @Test(arguments: [
        "", " ", "whole", "whole >", "whole > \"5\"", "whole + 1", "nothing == 1",
        "whole == 1 &&", "(whole == 1", "whole.f()", "numbers", "auth", "\"", "word == 5",
        "word.matches(\"(\")", "\u{1}", "whole > \u{1}",
        "timestamp(\"x\") > created", "whole > 99999999999999999999",
    ])
    func `a filter that is none is refused`(filter: String) {
        // Before and after its template was planned for.
        for _ in 0..<2 {
            let refused = problem { try found(filter) }
            #expect(refused?.code == .invalidFilter)
            #expect(refused?.parameter == "filter")
        }
    }

    @Test func `an empty filter is not the same as none`() throws {
        #expect(try club.values("whole", "numbers", as: .ada).count == 6)
        #expect(problem { try club.values("whole", "numbers", Query(filter: ""), as: .ada) } != nil)
        #expect(try club.values("whole", "numbers", as: .ada).count == 6)
    }

    @Test func `filters that differ in their literals share a plan`() throws {
        _ = try found("whole > 1 && word != \"a\"")
        let plans = club.reader.planCount
        for index in 0..<50 {
            _ = try found("whole > \(index) && word != \"x\(index)\"")
            _ = try found("whole>\(index)&&word!='\(index)'")
        }
        #expect(club.reader.planCount == plans)
        _ = try found("whole >= 1 && word != \"a\"")
        #expect(club.reader.planCount == plans + 1)
    }

    @Test func `a literal of another type is another filter`() throws {
        #expect(try found("whole > 4") == [5, 6])
        #expect(problem { try found("whole > \"4\"") }?.code == .invalidFilter)
        #expect(try found("whole > 4.5") == [5, 6])
        #expect(try found("word.matches(\"w6\")") == [6])
        #expect(problem { try found("word.matches(\"w6(\")") }?.code == .invalidFilter)
        #expect(try found("created > timestamp(\"2026-01-01T00:00:00Z\")").count == 6)
        #expect(
            problem { try found("created > timestamp(\"2026-13-01T00:00:00Z\")") }?.code
                == .invalidFilter
        )
    }

    @Test func `a byte that marks a literal in a template cannot be sent`() throws {
        for (filter, marker) in [("whole > 4", "\u{1}"), ("word > \"a\"", "\u{4}")] {
            _ = try found(filter)
            let name = filter.prefix { $0 != " " }
            for text in ["\(name)>\(marker)", "\(name) > \(marker)", "\(name)>\(marker)\(marker)"] {
                #expect(problem { try found(text) }?.code == .invalidFilter)
            }
        }
    }

    @Test func `a filter sees only the records that its writer may read`() throws {
        try club.make("open", in: "posts", #"{"body":"open"}"#, as: .ada)
        try club.make(
            "circle",
            in: "posts",
            #"{"body":"circle","visibility":"followers"}"#,
            as: .ada
        )
        try club.create("comments", #"{"post":"{circle}","body":"a"}"#, as: .bob)
        let filter = #"post.body == "circle""#
        let query = Query(filter: filter)
        #expect(try club.values("body", "comments", query, as: .eve) == [])
        #expect(try club.values("body", "comments", query, as: .bob) == ["a"])
        let exists = Query(filter: #"posts.exists(p, p.author == id && p.body == "circle")"#)
        #expect(try club.values("handle", "users", exists, as: .eve) == [])
        #expect(try club.values("handle", "users", exists, as: .bob) == ["ada"])
    }

    @Test func `a filter of a view is one more condition`() throws {
        try club.make("open", in: "posts", #"{"body":"open"}"#, as: .ada)
        try club.make("eves", in: "posts", #"{"body":"eves"}"#, as: .eve)
        let query = Query(filter: #"body != "x" || true"#)
        #expect(try club.values("body", "feed", query, as: .bob) == ["open"])
    }
}
