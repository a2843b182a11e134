import JSON
import Testing

@testable import Engine

/// What a body has to be, told all at once.
@Suite struct ValidationTests {
    private let club: Club

    init() throws { club = try Club() }

    /// A body, and everything that is wrong with it.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let collection: String
        let body: String
        let places: [String]

        init(_ collection: String, _ body: String, _ places: String...) {
            self.collection = collection
            self.body = body
            self.places = places
        }

        var testDescription: String { "\(collection) \(body)" }
    }

    static let refusals = [
        Refusal("posts", "[]", "field.type "),
        Refusal("posts", "{}", "field.required /body"),
        Refusal("posts", #"{"body":null}"#, "field.null /body"),
        Refusal("posts", #"{"body":5}"#, "field.type /body"),
        Refusal("posts", #"{"body":""}"#, "field.too-short /body"),
        Refusal("posts", #"{"body":"123456789012345678901"}"#, "field.too-long /body"),
        Refusal("posts", #"{"body":"a\u0000b"}"#, "field.format /body"),
        Refusal("posts", #"{"body":"x","colour":1}"#, "field.unknown /colour"),
        Refusal("posts", #"{"body":"x","a/b~c":1}"#, "field.unknown /a~1b~0c"),
        Refusal("posts", #"{"body":"x","id":"1"}"#, "field.read-only /id"),
        Refusal("posts", #"{"body":"x","created":null}"#, "field.read-only /created"),
        Refusal("posts", #"{"body":"x","author":"{ada}"}"#, "field.read-only /author"),
        Refusal("posts", #"{"body":"x","likes":9}"#, "field.read-only /likes"),
        Refusal("posts", #"{"body":"x","changes":null}"#, "field.read-only /changes"),
        Refusal("posts", #"{"body":"x","visibility":"all"}"#, "field.enum /visibility"),
        Refusal("posts", #"{"body":"x","slug":"No"}"#, "field.pattern /slug"),
        Refusal("posts", #"{"body":"x","tags":"a"}"#, "field.type /tags"),
        Refusal("posts", #"{"body":"x","tags":["a",1]}"#, "field.type /tags"),
        Refusal("posts", #"{"body":"x","tags":["a",null]}"#, "field.type /tags"),
        Refusal("posts", #"{"body":"x","tags":["a","b","c","d"]}"#, "field.too-many-items /tags"),
        Refusal("posts", #"{"body":"x","tags":["a","a"]}"#, "field.unique-items /tags"),
        Refusal("posts", #"{"body":"x","tags":["abcdef"]}"#, "field.too-long /tags"),
        Refusal("posts", #"{"body":"x","rank":-0.5}"#, "field.minimum /rank"),
        Refusal("posts", #"{"body":"x","rank":100}"#, "field.maximum /rank"),
        Refusal("posts", #"{"body":"x","score":7}"#, "field.multiple-of /score"),
        Refusal("posts", #"{"body":"x","score":1.5}"#, "field.type /score"),
        Refusal("posts", #"{"body":"x","score":"5"}"#, "field.type /score"),
        Refusal("posts", #"{"body":"x","due":"2026-02-30T00:00:00Z"}"#, "field.format /due"),
        Refusal("posts", #"{"body":"x","due":"2026-02-03"}"#, "field.format /due"),
        Refusal("posts", #"{"body":"x","day":"2026-02-30"}"#, "field.format /day"),
        Refusal("posts", #"{"body":"x","day":"0000-01-01"}"#, "field.format /day"),
        Refusal("posts", #"{"body":"x","link":"ftp://a"}"#, "field.format /link"),
        Refusal("posts", #"{"body":"x","link":"javascript:alert(1)"}"#, "field.format /link"),
        Refusal("posts", #"{"body":"x","link":"https://"}"#, "field.format /link"),
        Refusal("users", #"{"handle":"zed","email":"zed"}"#, "field.format /email"),
        Refusal("users", #"{"handle":"zed"}"#, "field.required /email"),
        Refusal("comments", #"{"body":"x","post":"7"}"#, "field.format /post"),
        Refusal("numbers", "{}", "field.required /blob"),
        Refusal("numbers", #"{"blob":1,"whole":9223372036854775808}"#, "field.type /whole"),
        Refusal("numbers", #"{"blob":1,"whole":-9223372036854775809}"#, "field.type /whole"),
        Refusal("numbers", #"{"blob":1,"whole":1e19}"#, "field.type /whole"),
        Refusal("numbers", #"{"blob":1,"whole":9007199254740993.0}"#, "field.type /whole"),
        Refusal("numbers", #"{"blob":1,"choice":2}"#, "field.enum /choice"),
        Refusal("numbers", #"{"blob":1,"reals":[1,1.0]}"#, "field.unique-items /reals"),
        Refusal("numbers", #"{"blob":1,"flag":1}"#, "field.type /flag"),
        Refusal(
            "posts",
            #"{"body":7,"visibility":"all","score":7,"colour":1,"id":"x"}"#,
            "field.type /body",
            "field.enum /visibility",
            "field.multiple-of /score",
            "field.unknown /colour",
            "field.read-only /id"
        ),
    ]

    @Test(arguments: refusals)
    func `a body is refused with all that is wrong`(refusal: Refusal) throws {
        let before = try club.lastEvent()
        let problem = problem { try club.create(refusal.collection, refusal.body, as: .ada) }
        #expect(problem?.code == .validationFailed)
        #expect(problem?.places == refusal.places)
        #expect(try club.lastEvent() == before)
    }

    /// Values at their bounds, and how they come back.
    @Test(arguments: [
        (#"{"blob":1,"whole":9223372036854775807}"#, "whole", "9223372036854775807"),
        (#"{"blob":1,"whole":-9223372036854775808}"#, "whole", "-9223372036854775808"),
        (#"{"blob":1,"whole":1e3}"#, "whole", "1000"),
        (#"{"blob":1,"whole":-0}"#, "whole", "0"),
        (#"{"blob":1,"real":5}"#, "real", "5.0"),
        (#"{"blob":1,"real":0.1}"#, "real", "0.1"),
        (#"{"blob":1,"real":5e-324}"#, "real", "5e-324"),
        (#"{"blob":1,"choice":1.0}"#, "choice", "1.0"),
        (#"{"blob":1,"choice":1}"#, "choice", "1.0"),
        (#"{"blob":1,"reals":[1,2.5]}"#, "reals", "[1.0,2.5]"),
        (#"{"blob":null}"#, "blob", "null"),
        (
            #"{"blob":{"b":[1,{"a":null}],"a":"\u0000"}}"#, "blob",
            #"{"b":[1,{"a":null}],"a":"\u0000"}"#
        ),
        (#"{"blob":9007199254740993}"#, "blob", "9007199254740993"),
        (
            #"{"blob":1,"at":"2026-01-31T12:00:00.1234567+02:00"}"#, "at",
            #""2026-01-31T10:00:00.123456Z""#
        ),
        (#"{"blob":1,"at":"0001-01-01T00:00:00Z"}"#, "at", #""0001-01-01T00:00:00.000000Z""#),
        (
            #"{"blob":1,"at":"9999-12-31T23:59:59.999999Z"}"#, "at",
            #""9999-12-31T23:59:59.999999Z""#
        ),
        (#"{"blob":1,"word":"\ud83d\ude00"}"#, "word", #""😀""#),
    ])
    func `a value comes back as it was sent`(body: String, field: String, shown: String) throws {
        let answer = try club.create("numbers", body, as: .anonymous)
        #expect(answer.json[field]?.description == shown)
        #expect(try club.get("numbers", answer.id, as: .eve)[field]?.description == shown)
    }

    @Test func `lengths count code points`() throws {
        let smileys = String(repeating: "😀", count: 20)
        #expect(throws: Never.self) {
            try club.create("posts", #"{"body":"\#(smileys)"}"#, as: .ada)
        }
        let refused = problem { try club.create("posts", #"{"body":"\#(smileys)x"}"#, as: .ada) }
        #expect(refused?.places == ["field.too-long /body"])
    }

    @Test func `texts that only look alike are different values`() throws {
        let composed = "caf\u{E9}"
        let decomposed = "cafe\u{301}"
        let answer = try club.create(
            "numbers",
            #"{"blob":1,"word":"\#(composed)","words":["\#(composed)","\#(decomposed)"]}"#,
            as: .ada
        )
        let changed = try club.patch(
            "numbers",
            answer.id,
            #"{"word":"\#(decomposed)"}"#,
            as: .ada
        )
        #expect(changed.version > answer.version)
        let shown = try #require(changed.json["word"]?.stringValue)
        #expect(Array(shown.unicodeScalars) == Array(decomposed.unicodeScalars))
    }

    @Test func `the database's unique sets are told by field`() throws {
        let taken = problem {
            try club.create("users", #"{"handle":"ada","email":"other@example.com"}"#, as: .eve)
        }
        #expect(taken?.code == .uniqueViolated)
        #expect(taken?.places == ["unique.violated /handle"])
        let address = problem {
            try club.create("users", #"{"handle":"zed","email":"ADA@example.com"}"#, as: .eve)
        }
        #expect(address?.code == .emailTaken)
        let pair = problem { try club.create("follows", #"{"followee":"{ada}"}"#, as: .bob) }
        #expect(pair?.code == .uniqueViolated)
        #expect(pair?.places == ["unique.violated /follower", "unique.violated /followee"])
    }

    @Test func `a validate rule tells its message`() throws {
        let refused = problem { try club.create("follows", #"{"followee":"{eve}"}"#, as: .eve) }
        #expect(refused?.code == .validationFailed)
        #expect(refused?.errors.map(\.detail) == ["you cannot follow yourself"])
        #expect(refused?.places == ["record.invalid "])
    }
}
