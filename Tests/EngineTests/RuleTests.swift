import Bytes
import JSON
import Testing

@testable import Engine

/// Who may do what, and what they are told who may not.
@Suite struct RuleTests {
    private let club: Club

    init() throws {
        club = try Club()
        try club.make("open", in: "posts", #"{"body":"open"}"#, as: .ada)
        try club.make(
            "circle",
            in: "posts",
            #"{"body":"circle","visibility":"followers"}"#,
            as: .ada
        )
        try club.make(
            "letter",
            in: "letters",
            #"{"subject":"{bob}","weight":5,"text":"hi"}"#,
            as: .ada
        )
        try club.make("secret", in: "secrets", #"{"text":"hush"}"#, as: .ada)
    }

    enum Attempt: Sendable {
        case get(String, String)
        case list(String)
        case create(String, String)
        case patch(String, String, String)
        case delete(String, String)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let attempt: Attempt
        let who: Club.Who
        let code: ProblemCode?

        init(_ attempt: Attempt, _ who: Club.Who, _ code: ProblemCode?) {
            self.attempt = attempt
            self.who = who
            self.code = code
        }

        var testDescription: String { "\(who): \(attempt)" }
    }

    static let cases: [Case] = [
        Case(.get("posts", "{open}"), .anonymous, nil),
        Case(.get("posts", "{circle}"), .ada, nil),
        Case(.get("posts", "{circle}"), .bob, nil),
        Case(.get("posts", "{circle}"), .eve, .recordNotFound),
        Case(.get("posts", "{circle}"), .anonymous, .recordNotFound),
        Case(.get("posts", "{circle}"), .mo, .recordNotFound),
        Case(.get("secrets", "{secret}"), .anonymous, .authenticationRequired),
        Case(.get("secrets", "{secret}"), .ada, .ruleDenied),
        Case(.get("secrets", "{secret}"), .mo, nil),
        Case(.get("nothing", "{secret}"), .ada, .routeNotFound),
        Case(.list("secrets"), .anonymous, .authenticationRequired),
        Case(.list("secrets"), .bob, .ruleDenied),
        Case(.list("secrets"), .mo, nil),
        Case(.list("feed"), .anonymous, .authenticationRequired),
        Case(.list("feed"), .bob, nil),
        Case(.list("closed"), .bob, .ruleDenied),
        Case(.list("tally"), .anonymous, .authenticationRequired),
        Case(.create("posts", #"{"body":"x"}"#), .anonymous, .authenticationRequired),
        Case(.create("posts", #"{"body":"x"}"#), .eve, nil),
        // Who may not create at all learns nothing about the body.
        Case(.create("posts", #"{"colour":"x"}"#), .anonymous, .authenticationRequired),
        Case(.create("secrets", #"{"text":"x"}"#), .anonymous, .authenticationRequired),
        Case(.patch("posts", "{open}", #"{"body":"y"}"#), .ada, nil),
        Case(.patch("posts", "{open}", #"{"body":"y"}"#), .anonymous, .authenticationRequired),
        Case(.patch("posts", "{open}", #"{"body":"y"}"#), .eve, .ruleDenied),
        Case(.patch("posts", "{circle}", #"{"body":"y"}"#), .eve, .recordNotFound),
        Case(.patch("posts", "{circle}", #"{"body":"y"}"#), .bob, .ruleDenied),
        Case(.patch("posts", "{open}", #"{"body":"y"}"#), .mo, nil),
        // A permission to update does not let one see.
        Case(.patch("posts", "{circle}", #"{"body":"y"}"#), .mo, .recordNotFound),
        Case(.patch("letters", "{letter}", #"{"text":"y"}"#), .ada, .ruleDenied),
        Case(.patch("secrets", "{secret}", #"{"text":"y"}"#), .mo, .ruleDenied),
        Case(.patch("users", "{ada}", #"{"handle":"new"}"#), .bob, .ruleDenied),
        Case(.patch("users", "{bob}", #"{"handle":"new"}"#), .bob, nil),
        Case(.delete("posts", "{open}"), .eve, .ruleDenied),
        Case(.delete("posts", "{circle}"), .eve, .recordNotFound),
        Case(.delete("posts", "{open}"), .mo, nil),
        Case(.delete("posts", "{open}"), .ada, nil),
        Case(.delete("letters", "{letter}"), .anonymous, nil),
        Case(.delete("follows", "{follow}"), .ada, .ruleDenied),
        Case(.delete("follows", "{follow}"), .bob, nil),
    ]

    @Test(arguments: cases)
    func `an attempt ends as the rules say`(attempt: Case) throws {
        let before = try club.lastEvent()
        let refused = problem { try perform(attempt.attempt, as: attempt.who) }
        #expect(refused?.code == attempt.code)
        if attempt.code != nil { #expect(try club.lastEvent() == before) }
    }

    private func perform(_ attempt: Attempt, as who: Club.Who) throws {
        switch attempt {
        case .get(let collection, let id): _ = try club.get(collection, id, as: who)
        case .list(let source): _ = try club.list(source, as: who)
        case .create(let collection, let body): try club.create(collection, body, as: who)
        case .patch(let collection, let id, let body):
            try club.patch(collection, id, body, as: who)
        case .delete(let collection, let id): try club.delete(collection, id, as: who)
        }
    }

    @Test func `a list has only what its reader may read`() throws {
        #expect(try club.values("body", "posts", as: .eve) == ["open"])
        #expect(try club.values("body", "posts", as: .anonymous) == ["open"])
        #expect(try club.values("body", "posts", as: .bob) == ["circle", "open"])
        #expect(try club.values("body", "feed", as: .bob) == ["circle", "open"])
        #expect(try club.values("body", "feed", as: .eve) == [])
    }

    @Test func `an update must be allowed before and after it`() throws {
        // After it the author would still be Ada, but the rule forbids this state.
        try club.make("hand", in: "handovers", #"{"holder":"{bob}"}"#, as: .ada)
        #expect(throws: Never.self) {
            try club.patch("handovers", "{hand}", #"{"label":"x"}"#, as: .eve)
        }
        let refused = problem {
            try club.patch("handovers", "{hand}", #"{"sealed":true}"#, as: .eve)
        }
        #expect(refused?.places == ["rule.denied /sealed"])
        // Taking the record over does not lend the right to seal it in the same breath.
        let taken = problem {
            try club.patch("handovers", "{hand}", #"{"holder":"{eve}","sealed":true}"#, as: .eve)
        }
        #expect(taken?.places == ["rule.denied /sealed"])
        #expect(throws: Never.self) {
            try club.patch("handovers", "{hand}", #"{"sealed":true}"#, as: .bob)
        }
    }

    // MARK: Fields

    @Test func `a field that may not be set can be left to its default`() throws {
        let answer = try club.create("posts", #"{"body":"x"}"#, as: .eve)
        #expect(answer.json["state"] == "draft")
        let sent = problem { try club.create("posts", #"{"body":"x","state":"draft"}"#, as: .eve) }
        #expect(sent?.places == ["rule.denied /state"])
        let published = try club.create("posts", #"{"body":"x","state":"sent"}"#, as: .pia)
        #expect(published.json["state"] == "sent")
        let patched = problem {
            try club.patch("posts", answer.id, #"{"state":"sent"}"#, as: .eve)
        }
        #expect(patched?.places == ["rule.denied /state"])
    }

    @Test(arguments: ["red", "blue"])
    func `nobody learns whether a hidden value was guessed`(guess: String) throws {
        let body = #"{"choice":"red","reason":"red"}"#
        try club.make("ballot", in: "ballots", body, as: .ada)
        let choice = problem {
            try club.patch("ballots", "{ballot}", #"{"choice":"\#(guess)"}"#, as: .eve)
        }
        #expect(choice?.places == ["field.immutable /choice"])
        let reason = problem {
            try club.patch("ballots", "{ballot}", #"{"reason":"\#(guess)"}"#, as: .eve)
        }
        #expect(reason?.places == ["rule.denied /reason"])
        let replaced = problem {
            try club.put("ballots", "{ballot}", #"{"reason":"\#(guess)"}"#, as: .eve)
        }
        #expect(replaced?.places == ["rule.denied /reason"])
        #expect(throws: Never.self) {
            try club.patch("ballots", "{ballot}", #"{"counted":true}"#, as: .eve)
            try club.patch("ballots", "{ballot}", body, as: .ada)
        }
    }

    @Test(arguments: ["red", "blue"], [true, false])
    func `setting what one may not see looks the same whatever it was`(
        guess: String,
        isReplaced: Bool
    ) throws {
        try club.make("whisper", in: "whispers", #"{"word":"red","note":"n"}"#, as: .ada)
        let before = try club.get("whispers", "{whisper}", as: .eve)
        let event = try club.lastEvent()
        club.clock.advance(microseconds: 1_000)
        let body = #"{"word":"\#(guess)","note":"n"}"#
        let answer =
            isReplaced
            ? try club.put("whispers", "{whisper}", body, as: .eve)
            : try club.patch("whispers", "{whisper}", body, as: .eve)
        #expect(answer.json["updated"] != before["updated"])
        #expect(try club.lastEvent() == event + 1)
        // Who sees the word changes nothing by sending it again.
        let seen = try club.get("whispers", "{whisper}", as: .ada)
        club.clock.advance(microseconds: 1_000)
        let again = try club.patch("whispers", "{whisper}", #"{"word":"\#(guess)"}"#, as: .ada)
        #expect(again.json["updated"] == seen["updated"])
    }

    @Test func `a default that is hidden is not told by a replacement`() throws {
        try club.make("ballot", in: "ballots", #"{"choice":"red"}"#, as: .ada)
        let replaced = problem { try club.put("ballots", "{ballot}", "{}", as: .eve) }
        #expect(replaced?.places == ["rule.denied /reason"])
    }

    @Test func `a field that may not be set may be sent back in a replacement`() throws {
        try club.make("post", in: "posts", #"{"body":"x"}"#, as: .eve)
        let shown = try club.get("posts", "{post}", as: .eve)
        #expect(throws: Never.self) {
            try club.put("posts", "{post}", shown.description, as: .eve)
        }
        let named = problem { try club.patch("posts", "{post}", #"{"state":"draft"}"#, as: .eve) }
        #expect(named?.places == ["rule.denied /state"])
    }

    @Test func `a field is absent for those who may not read it`() throws {
        try club.patch("users", "{ada}", #"{"birthday":"1815-12-10"}"#, as: .ada)
        let own = try club.get("users", "{ada}", as: .ada)
        #expect(own["birthday"] == "1815-12-10")
        #expect(own["email"] == "ada@example.com")
        for who in [Club.Who.bob, .anonymous] {
            let seen = try club.get("users", "{ada}", as: who)
            #expect(seen["birthday"] == nil)
            #expect(seen["email"] == nil)
            let named = try club.get("users", "{ada}", as: who, fields: "handle,birthday,email")
            #expect(named.names == ["handle"])
        }
        let all = try club.list("users", as: .bob).description
        #expect(!all.contains("ada@example.com"))
        #expect(!all.contains("1815"))
        #expect(all.contains("bob@example.com"))
    }

    @Test(arguments: [
        #"birthday == "1815-12-10""#, #"birthday != null"#, #"email.startsWith("a")"#,
        #"email < "b""#, "has(birthday)", "birthday == birthday",
    ])
    func `a filter cannot ask for what is hidden`(filter: String) throws {
        try club.patch("users", "{ada}", #"{"birthday":"1815-12-10"}"#, as: .ada)
        for who in [Club.Who.bob, .anonymous] {
            do {
                let found = try club.values("handle", "users", Query(filter: filter), as: who)
                #expect(!found.contains("ada"))
            } catch let refused as Problem {
                #expect(refused.code == .invalidFilter)
            }
        }
    }

    @Test func `a filter cannot look at hidden fields through a relation`() throws {
        try club.patch("users", "{ada}", #"{"birthday":"1815-12-10"}"#, as: .ada)
        let filter = #"author.birthday == "1815-12-10""#
        #expect(try club.values("body", "posts", Query(filter: filter), as: .eve) == [])
        #expect(try club.values("body", "posts", Query(filter: filter), as: .ada).count == 2)
    }

    @Test(arguments: ["birthday", "-email", "handle,-birthday"])
    func `nothing can be sorted by what is hidden`(sort: String) {
        #expect(
            problem { try club.list("users", Query(sort: sort), as: .bob) }?.code == .invalidSort
        )
    }

    @Test func `a cursor tells nothing that its reader may not see`() throws {
        for weight in [731, 732, 733] {
            club.clock.advance(microseconds: 10)
            let body = #"{"subject":"{bob}","weight":\#(weight),"text":"\#(weight) grams"}"#
            try club.create("letters", body, as: .ada)
        }
        var query = Query(limit: 1)
        var texts: [JSONValue] = []
        for _ in 0..<10 {
            let page = try club.list("heaviest", query, as: .eve)
            texts += page.items.map { $0["text"] ?? .null }
            guard let next = page["next"]?.stringValue else { break }
            let bytes = try #require(Base64.url.decode(next))
            #expect(!String(decoding: bytes, as: UTF8.self).contains("73"))
            query.position = .cursor(next)
        }
        #expect(texts == ["733 grams", "732 grams", "731 grams", "hi"])
    }
}
