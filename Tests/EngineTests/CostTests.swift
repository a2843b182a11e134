import JSON
import Storage
import Testing

@testable import Engine

/// Small requests that would cost much, if they were let.
@Suite struct CostTests {
    private let club: Club

    init() throws {
        club = try Club()
        try club.make("open", in: "posts", #"{"body":"open"}"#, as: .ada)
    }

    @Test func `a record that is named often is not written without bound`() throws {
        var limits = EngineLimits()
        limits.maximumExpandedBytes = 4_000
        let engine = Engine(model: club.engine.model, store: club.engine.store, limits: limits)
        for number in 0..<12 {
            try club.make("c\(number)", in: "comments", #"{"post":"{open}","body":"x"}"#, as: .bob)
        }
        let reader = try engine.makeReader()
        let list = ListOperation(source: "comments", expand: "post.author", limit: 20)
        let refused = problem {
            try reader.read(.list(list), by: club.caller(.bob), budget: .long)
        }
        #expect(refused?.code == .tooCostly)
        #expect(refused?.parameter == "expand")
    }

    @Test func `a body of mistakes alone gets a hundred errors`() throws {
        let members = (0..<5_000).map { "\"unknown\($0)\":1" }.joined(separator: ",")
        let refused = problem { try club.create("posts", "{\(members)}", as: .ada) }
        #expect(refused?.code == .validationFailed)
        #expect(refused?.errors.count == 100)
        #expect(refused?.errors.filter { $0.hint != nil }.count ?? 0 <= 10)
    }

    @Test func `a field of JSON has a longest length, patched up or not`() throws {
        let half = String(repeating: "x", count: 70_000)
        try club.patch("posts", "{open}", "{\"meta\":{\"a\":\"\(half)\"}}", as: .ada)
        let patched = problem {
            try club.patch("posts", "{open}", "{\"meta\":{\"b\":\"\(half)\"}}", as: .ada)
        }
        #expect(patched?.errors.map(\.code) == ["field.too-long"])
        #expect(patched?.errors.map(\.pointer) == ["/meta"])
        let sent = problem {
            try club.patch("posts", "{open}", "{\"meta\":[\"\(half)\",\"\(half)\"]}", as: .ada)
        }
        #expect(sent?.errors.map(\.code) == ["field.too-long"])
    }

    @Test func `a merge patch tells names apart by their code points`() throws {
        let target = JSONValue.object([JSONValue.Member("\u{E9}", 1), JSONValue.Member("b", 2)])
        let patch = JSONValue.object([
            JSONValue.Member("e\u{301}", 3), JSONValue.Member("b", .null),
        ])
        let merged = MergePatch.merge(patch, into: target)
        #expect(merged.description == "{\"\u{E9}\":1,\"e\u{301}\":3}")
    }
}
