import JSON
import Testing

@testable import Engine

/// Create, merge patch, replace and delete.
@Suite struct WritingTests {
    private let club: Club

    init() throws {
        club = try Club()
        try club.make(
            "post",
            in: "posts",
            #"{"body":"first","meta":{"a":1,"b":{"c":2}}}"#,
            as: .ada
        )
    }

    @Test func `a new record has defaults, nulls and what the server sets`() throws {
        let answer = try club.create("posts", #"{"body":"x"}"#, as: .ada)
        #expect(answer.outcome == .created)
        let record = answer.json
        #expect(
            record.names == [
                "id", "author", "body", "visibility", "state", "note", "slug", "tags", "meta",
                "rank", "score", "due", "day", "link", "changes", "likes", "comments", "created",
                "updated",
            ]
        )
        #expect(record["author"] == .string(try club.id("ada")))
        #expect(record["visibility"] == "public")
        #expect(record["state"] == "draft")
        #expect(record["likes"] == 0)
        #expect(record["note"] == .null)
        #expect(record["created"] == "2027-01-15T08:00:00.007000Z")
        #expect(record["updated"] == record["created"])
        #expect(record["changes"] == record["created"])
        #expect(record["id"] == .string(answer.id))
        #expect(Array(answer.id)[14] == "7")
        #expect(try club.get("posts", answer.id, as: .ada) == record)
    }

    @Test func `a patch changes what it names`() throws {
        club.clock.advance(microseconds: 5)
        let answer = try club.patch("posts", "{post}", #"{"body":"second","rank":1.5}"#, as: .ada)
        #expect(answer.outcome == .changed)
        #expect(answer.json["body"] == "second")
        #expect(answer.json["rank"] == .number(1.5))
        #expect(answer.json["visibility"] == "public")
        #expect(answer.json["changes"] == answer.json["updated"])
        #expect(answer.json["created"] != answer.json["updated"])
    }

    /// RFC 7396's own cases that fit an object field, in place of `{"a":1,"b":{"c":2}}`.
    @Test(arguments: [
        (#"{"a":2}"#, #"{"a":2,"b":{"c":2}}"#),
        (#"{"a":null}"#, #"{"b":{"c":2}}"#),
        (#"{"d":{"e":null,"f":1}}"#, #"{"a":1,"b":{"c":2},"d":{"f":1}}"#),
        (#"{"b":{"c":null}}"#, #"{"a":1,"b":{}}"#),
        (#"{"b":[1,null]}"#, #"{"a":1,"b":[1,null]}"#),
        (#"{"a":{"x":{"y":null}}}"#, #"{"a":{"x":{}},"b":{"c":2}}"#),
        ("[1]", "[1]"),
        (#""text""#, #""text""#),
        ("7", "7"),
        ("null", "null"),
        ("{}", #"{"a":1,"b":{"c":2}}"#),
    ])
    func `a patch merges into a field of JSON`(patch: String, merged: String) throws {
        let answer = try club.patch("posts", "{post}", #"{"meta":\#(patch)}"#, as: .ada)
        #expect(answer.json["meta"]?.description == merged)
    }

    @Test func `an immutable field is set once`() throws {
        try club.make("named", in: "posts", #"{"body":"x","slug":"one"}"#, as: .ada)
        let refused = problem { try club.patch("posts", "{named}", #"{"slug":"two"}"#, as: .ada) }
        #expect(refused?.places == ["field.immutable /slug"])
        #expect(throws: Never.self) {
            try club.patch("posts", "{named}", #"{"slug":"one","body":"y"}"#, as: .ada)
        }
        let replaced = try club.put("posts", "{named}", #"{"body":"z"}"#, as: .ada)
        #expect(replaced.json["slug"] == "one")
        let other = problem {
            try club.put("posts", "{named}", #"{"body":"z","slug":"two"}"#, as: .ada)
        }
        #expect(other?.places == ["field.immutable /slug"])
    }

    @Test func `a replacement takes a whole record back, and resets what it leaves out`() throws {
        try club.patch("posts", "{post}", #"{"visibility":"followers","rank":3}"#, as: .ada)
        let shown = try club.get("posts", "{post}", as: .ada)
        let same = try club.put("posts", "{post}", shown.description, as: .ada)
        #expect(same.json["rank"] == .number(3))
        let answer = try club.put("posts", "{post}", #"{"body":"anew"}"#, as: .ada)
        #expect(answer.json["visibility"] == "public")
        #expect(answer.json["rank"] == .null)
        #expect(answer.json["meta"] == .null)
        #expect(answer.json["created"] == shown["created"])
        let incomplete = problem { try club.put("posts", "{post}", "{}", as: .ada) }
        #expect(incomplete?.places == ["field.required /body"])
    }

    @Test func `what changes nothing makes no event and no version`() throws {
        let before = try club.lastEvent()
        let version = try club.patch("posts", "{post}", "{}", as: .ada).version
        let again = try club.patch("posts", "{post}", #"{"body":"first"}"#, as: .ada)
        #expect(again.version == version)
        #expect(try club.lastEvent() == before)
    }

    @Test func `a deleted record is gone`() throws {
        #expect(try club.delete("posts", "{post}", as: .ada).outcome == .deleted)
        #expect(problem { try club.get("posts", "{post}", as: .ada) }?.code == .recordNotFound)
        #expect(problem { try club.delete("posts", "{post}", as: .ada) }?.code == .recordNotFound)
        let patch = problem { try club.patch("posts", "{post}", "{}", as: .ada) }
        #expect(patch?.code == .recordNotFound)
    }

    @Test(arguments: ["", "x", "00000000-0000-7000-8000-000000000000", "{post} ", "' OR 1=1 --"])
    func `no record has such an id`(id: String) {
        #expect(problem { try club.get("posts", id, as: .ada) }?.code == .recordNotFound)
        #expect(problem { try club.patch("posts", id, "{}", as: .ada) }?.code == .recordNotFound)
        #expect(problem { try club.put("posts", id, "{}", as: .ada) }?.code == .recordNotFound)
        #expect(problem { try club.delete("posts", id, as: .ada) }?.code == .recordNotFound)
    }

    // MARK: Versions

    @Test func `versions rise though the clock stands or goes back`() throws {
        var last = try club.patch("posts", "{post}", #"{"body":"0"}"#, as: .ada).version
        for step in 1...20 {
            if step == 10 { club.clock.advance(hours: -1) }
            let answer = try club.patch("posts", "{post}", #"{"body":"\#(step)"}"#, as: .ada)
            #expect(answer.version > last)
            last = answer.version
        }
    }

    @Test func `a write that expects another version is refused`() throws {
        let version = try club.patch("posts", "{post}", #"{"body":"a"}"#, as: .ada).version
        let stale = Precondition.version(in: [version - 1])
        for refused in [
            problem { try club.patch("posts", "{post}", "{}", as: .ada, ifMatch: stale) },
            problem { try club.delete("posts", "{post}", as: .ada, ifMatch: stale) },
            problem { try club.delete("posts", "{post}", as: .ada, ifMatch: .version(in: [])) },
        ] {
            #expect(refused?.code == .preconditionFailed)
        }
        // Nobody learns from it what they may not read or change.
        #expect(
            problem { try club.delete("posts", "{post}", as: .eve, ifMatch: stale) }?.code
                == .ruleDenied
        )
        let fresh = Precondition.version(in: [1, version])
        try club.patch("posts", "{post}", #"{"body":"b"}"#, as: .ada, ifMatch: fresh)
        try club.delete("posts", "{post}", as: .ada, ifMatch: .exists)
    }

    @Test func `a like does not change the version of what is liked`() throws {
        let before = try club.patch("posts", "{post}", "{}", as: .ada).version
        try club.create("likes", #"{"post":"{post}"}"#, as: .bob)
        let after = try club.patch("posts", "{post}", "{}", as: .ada)
        #expect(after.json["likes"] == 1)
        #expect(after.version == before)
    }
}
