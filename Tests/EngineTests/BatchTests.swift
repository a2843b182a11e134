import JSON
import Testing

@testable import Engine

/// All or nothing, with references to earlier results.
@Suite struct BatchTests {
    private let club: Club

    init() throws {
        club = try Club()
        try club.make("open", in: "posts", #"{"body":"open"}"#, as: .ada)
    }

    private func create(_ body: String) -> RecordChange.Kind { .create(club.parsed(body)) }

    @Test func `later steps take from the results of earlier ones`() throws {
        let results = try club.batch(
            [
                (create(#"{"body":"post"}"#), "posts"),
                (create(#"{"post":{"$ref":"/0/id"},"body":{"$ref":"/0/body"}}"#), "comments"),
                (.update(id: "{/0/id}", club.parsed(#"{"meta":[{"$ref":"/1/id"}]}"#)), "posts"),
                (.delete(id: "{/1/id}"), "comments"),
            ],
            as: .ada
        )
        guard case .array(let items)? = results["results"] else {
            Issue.record("no results: \(results)")
            return
        }
        #expect(items.map { $0["status"] } == [201, 201, 200, 204])
        #expect(items[1]["body"]?["body"] == "post")
        #expect(items[2]["body"]?["comments"] == 1)
        #expect(items[2]["body"]?["meta"] == .array([items[1]["body"]?["id"] ?? .null]))
        #expect(items[3]["body"] == .null)
    }

    @Test func `one failure undoes all`() throws {
        let before = try club.lastEvent()
        let refused = problem {
            try club.batch(
                [
                    (create(#"{"body":"post"}"#), "posts"),
                    (create(#"{"post":"{open}"}"#), "likes"),
                    (create(#"{"body":"","rank":-1}"#), "posts"),
                ],
                as: .ada
            )
        }
        #expect(refused?.code == .validationFailed)
        #expect(
            refused?.places == [
                "field.too-short /operations/2/body/body", "field.minimum /operations/2/body/rank",
            ]
        )
        #expect(try club.lastEvent() == before)
        #expect(try club.get("posts", "{open}", as: .ada)["likes"] == 0)
        let denied = problem {
            try club.batch([(.delete(id: try club.id("open")), "posts")], as: .eve)
        }
        #expect(denied?.code == .ruleDenied)
        #expect(denied?.places == ["rule.denied /operations/0/body"])
    }

    @Test(arguments: [
        #"{"$ref":"/1/id"}"#, #"{"$ref":"/9/id"}"#, #"{"$ref":"/0/nothing"}"#, #"{"$ref":"0/id"}"#,
        #"{"$ref":""}"#, #"{"$ref":"/-1/id"}"#, #"{"$ref":"/0/id/x"}"#, #"{"$ref":"/00/id"}"#,
    ])
    func `a reference that leads to nothing is refused`(reference: String) {
        let refused = problem {
            try club.batch(
                [
                    (create(#"{"body":"post"}"#), "posts"),
                    (create(#"{"body":"x","meta":\#(reference)}"#), "posts"),
                ],
                as: .ada
            )
        }
        #expect(refused?.code == .invalidBatch)
        #expect(refused?.places == ["batch.invalid /operations/1/body/meta"])
    }

    @Test func `references cannot be nested to make a small batch huge`() throws {
        // Each step would hold the one before ten times.
        var steps = [(create(#"{"blob":["0123456789"]}"#), "numbers")]
        for index in 0..<20 {
            let reference = #"{"$ref":"/\#(index)/blob"}"#
            let list = Array(repeating: reference, count: 10).joined(separator: ",")
            steps.append((create(#"{"blob":[\#(list)]}"#), "numbers"))
        }
        #expect(problem { try club.batch(steps, as: .ada) }?.code == .invalidBatch)
    }

    @Test func `references cannot copy a long text without end`() throws {
        let text = String(repeating: "x", count: 60_000)
        let references = Array(repeating: #"{"$ref":"/0/word"}"#, count: 500)
        let steps = [
            (create(#"{"blob":1,"word":"\#(text)"}"#), "numbers"),
            (create(#"{"blob":[\#(references.joined(separator: ","))]}"#), "numbers"),
        ]
        let refused = problem { try club.batch(steps, as: .ada) }
        #expect(refused?.code == .invalidBatch)
        #expect(refused?.places == ["batch.invalid /operations/1/body/blob/17"])
    }

    @Test func `records of one batch keep their order`() throws {
        let before = club.clock.engineClock.now()
        let steps = (0..<50).map { (create(#"{"body":"\#($0)"}"#), "posts") }
        try club.batch(steps, as: .eve)
        #expect(club.clock.engineClock.now() == before)
        let query = Query(filter: #"author == "{eve}""#, sort: "created", limit: 200)
        let bodies = try club.values("body", "posts", query, as: .eve)
        #expect(bodies == (0..<50).map { .string(String($0)) })
    }

    @Test func `a record changed twice in a batch has two versions`() throws {
        let id = try club.id("open")
        let results = try club.batch(
            [
                (.update(id: id, ["body": "a"]), "posts"),
                (.update(id: id, ["body": "b"]), "posts"),
            ],
            as: .ada
        )
        guard case .array(let items)? = results["results"] else { return }
        let stamps = items.compactMap { $0["body"]?["updated"]?.stringValue }
        #expect(stamps.count == 2)
        #expect(stamps[0] < stamps[1])
    }
}
