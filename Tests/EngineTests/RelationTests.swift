import JSON
import Testing

@testable import Engine

/// Relations, the counters over them, and the events of all that a write changes.
@Suite struct RelationTests {
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
    }

    @Test func `a relation has to name a record that its sender may read`() throws {
        let missing = "00000000-0000-7000-8000-000000000000"
        let refusals = [
            problem { try club.create("likes", #"{"post":"\#(missing)"}"#, as: .eve) },
            problem { try club.create("likes", #"{"post":"{circle}"}"#, as: .eve) },
        ]
        for refused in refusals {
            #expect(refused?.code == .relationConflict)
            #expect(refused?.places == ["relation.missing /post"])
        }
        #expect(refusals[0]?.detail == refusals[1]?.detail)
        #expect(refusals[0]?.errors.map(\.detail) == refusals[1]?.errors.map(\.detail))
        #expect(throws: Never.self) { try club.create("likes", #"{"post":"{circle}"}"#, as: .bob) }
    }

    @Test func `an update cannot lead a relation to what is hidden`() throws {
        try club.make("hand", in: "handovers", #"{"holder":"{bob}"}"#, as: .ada)
        let missing = #"{"holder":"00000000-0000-7000-8000-000000000000"}"#
        let refused = problem { try club.patch("handovers", "{hand}", missing, as: .ada) }
        #expect(refused?.places == ["relation.missing /holder"])
    }

    @Test func `counters follow each like and comment`() throws {
        try club.make("like", in: "likes", #"{"post":"{open}"}"#, as: .bob)
        try club.create("likes", #"{"post":"{open}"}"#, as: .eve)
        try club.create("comments", #"{"post":"{open}","body":"a"}"#, as: .eve)
        let post = try club.get("posts", "{open}", as: .anonymous)
        #expect(post["likes"] == 2)
        #expect(post["comments"] == 1)
        try club.delete("likes", "{like}", as: .bob)
        #expect(try club.get("posts", "{open}", as: .anonymous)["likes"] == 1)
        #expect(try club.get("users", "{ada}", as: .anonymous)["followers"] == 1)
        #expect(try club.get("users", "{bob}", as: .anonymous)["following"] == 1)
    }

    @Test func `a refused write leaves counters and events as they were`() throws {
        try club.create("likes", #"{"post":"{open}"}"#, as: .bob)
        let before = try club.lastEvent()
        let twice = problem { try club.create("likes", #"{"post":"{open}"}"#, as: .bob) }
        #expect(twice?.code == .uniqueViolated)
        #expect(try club.get("posts", "{open}", as: .bob)["likes"] == 1)
        #expect(try club.lastEvent() == before)
    }

    @Test func `deleting cascades, counts down and leaves an event for each record`() throws {
        try club.create("likes", #"{"post":"{open}"}"#, as: .bob)
        try club.create("comments", #"{"post":"{open}","body":"a"}"#, as: .bob)
        let before = try club.lastEvent()
        try club.delete("posts", "{open}", as: .ada)
        let events = try club.events(after: before)
        #expect(events.filter { $0.hasSuffix("by ada") }.count == events.count)
        #expect(
            Set(events) == [
                "posts.deleted by ada", "likes.deleted by ada", "comments.deleted by ada",
            ]
        )
        #expect(try club.count("SELECT count(*) FROM likes") == 0)
        #expect(try club.count("SELECT count(*) FROM comments") == 0)
    }

    @Test func `a deleted account takes what it made with it`() throws {
        try club.create("likes", #"{"post":"{open}"}"#, as: .bob)
        try club.delete("users", "{bob}", as: .bob)
        #expect(try club.get("posts", "{open}", as: .ada)["likes"] == 0)
        #expect(try club.get("users", "{ada}", as: .ada)["followers"] == 0)
    }

    @Test func `a record that is still named cannot go`() throws {
        try club.make(
            "letter",
            in: "letters",
            #"{"subject":"{eve}","weight":1,"text":"x"}"#,
            as: .eve
        )
        let before = try club.lastEvent()
        #expect(
            problem { try club.delete("users", "{eve}", as: .eve) }?.code == .relationRestricted
        )
        #expect(try club.lastEvent() == before)
        try club.delete("letters", "{letter}", as: .eve)
        try club.delete("users", "{eve}", as: .eve)
    }

    @Test func `a relation that is let go becomes null`() throws {
        try club.make("secret", in: "secrets", #"{"text":"x","about":"{eve}"}"#, as: .ada)
        try club.delete("users", "{eve}", as: .eve)
        #expect(try club.get("secrets", "{secret}", as: .mo)["about"] == .null)
    }

    @Test func `what is made but may not be read is answered without it`() throws {
        let answer = try club.create("secrets", #"{"text":"x"}"#, as: .ada)
        #expect(answer.outcome == .createdUnreadable)
        #expect(answer.body.isEmpty)
        #expect(try club.get("secrets", answer.id, as: .mo)["text"] == "x")
    }

    // MARK: Events

    @Test func `each write leaves its event, with who did it`() throws {
        let before = try club.lastEvent()
        try club.make("mine", in: "posts", #"{"body":"x"}"#, as: .eve)
        try club.patch("posts", "{mine}", #"{"body":"y"}"#, as: .mo)
        try club.create("numbers", #"{"blob":1}"#, as: .anonymous)
        try club.delete("posts", "{mine}", as: .eve)
        #expect(
            try club.events(after: before) == [
                "posts.created by eve", "posts.updated by mo", "numbers.created by nobody",
                "posts.deleted by eve",
            ]
        )
    }
}
