import JSON
import Testing

@testable import Engine

/// Views that group.
@Suite struct AggregateTests {
    private let club: Club

    init() throws {
        club = try Club()
        for index in 0..<5 {
            let visibility = index < 3 ? "public" : "followers"
            let body = #"{"body":"\#(index)","visibility":"\#(visibility)"}"#
            try club.make("p\(index)", in: "posts", body, as: .ada)
        }
        try club.create("likes", #"{"post":"{p0}"}"#, as: .bob)
    }

    @Test func `the rows are groups, counted with the model's authority`() throws {
        let list = try club.list("tally", Query(isCounted: true), as: .eve)
        #expect(
            list.items == [
                ["visibility": "public", "posts": 3, "likes": 1],
                ["visibility": "followers", "posts": 2, "likes": 0],
            ]
        )
        #expect(list["total"] == 2)
        #expect(list["next"] == .null)
    }

    @Test func `groups are paged`() throws {
        let first = try club.list("tally", Query(limit: 1), as: .eve)
        let next = try #require(first["next"]?.stringValue)
        let second = try club.list("tally", Query(limit: 1, position: .cursor(next)), as: .eve)
        #expect(second.items.map { $0["visibility"] } == ["followers"])
        #expect(second["next"] == .null)
        let third = try club.list("tally", Query(limit: 1, position: .offset(1)), as: .eve)
        #expect(third.items == second.items)
    }

    @Test func `nothing of records goes with groups`() {
        let queries = [
            ("filter", Query(filter: "true")), ("sort", Query(sort: "posts")),
            ("fields", Query(fields: "posts")), ("expand", Query(expand: "author")),
        ]
        for (name, query) in queries {
            let refused = problem { try club.list("tally", query, as: .eve) }
            #expect(refused?.code == .unknownParameter)
            #expect(refused?.parameter == name)
        }
    }
}
