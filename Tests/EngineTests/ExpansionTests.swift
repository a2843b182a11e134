import JSON
import Testing

@testable import Engine

/// Relations and back-relations inside the records that lead to them.
@Suite struct ExpansionTests {
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
        try club.make("comment", in: "comments", #"{"post":"{open}","body":"1"}"#, as: .bob)
        try club.make("hidden", in: "comments", #"{"post":"{circle}","body":"2"}"#, as: .bob)
    }

    @Test func `a relation is a record`() throws {
        let comment = try club.get("comments", "{comment}", as: .eve, expand: "post,author")
        #expect(comment["expand"]?["post"] == (try club.get("posts", "{open}", as: .eve)))
        #expect(comment["expand"]?["author"] == (try club.get("users", "{bob}", as: .eve)))
        #expect(comment["expand"]?.names == ["post", "author"])
    }

    @Test func `a target that one may not read is null`() throws {
        let query = Query(sort: "body", expand: "post")
        let seen = try club.list("comments", query, as: .eve)
        #expect(seen.items.map { $0["expand"]?["post"]?["body"] } == ["open", nil])
        #expect(seen.items.last?["expand"]?["post"] == .null)
        #expect(!seen.description.contains("circle"))
        let all = try club.list("comments", query, as: .bob)
        #expect(all.items.map { $0["expand"]?["post"]?["body"] } == ["open", "circle"])
    }

    @Test func `relations nest, and a nested one hides what is hidden`() throws {
        try club.patch("users", "{ada}", #"{"birthday":"1815-12-10"}"#, as: .ada)
        let expand = "post.author,post.comments_via_post.author,author"
        let comment = try club.get("comments", "{comment}", as: .eve, expand: expand)
        let post = comment["expand"]?["post"]
        #expect(post?["expand"]?["author"]?["handle"] == "ada")
        guard case .array(let comments)? = post?["expand"]?["comments_via_post"] else {
            Issue.record("no comments in \(comment)")
            return
        }
        #expect(comments.map { $0["expand"]?["author"]?["handle"] } == ["bob"])
        #expect(!comment.description.contains("@example.com"))
        #expect(!comment.description.contains("1815"))
        let own = try club.get("comments", "{comment}", as: .ada, expand: expand)
        #expect(own.description.contains("1815-12-10"))
    }

    @Test func `a back-relation has the newest records first, and a bound`() throws {
        for index in 0..<25 {
            let body = #"{"post":"{open}","body":"c\#(index)"}"#
            try club.make("c\(index)", in: "comments", body, as: .eve)
        }
        let list = try club.list(
            "posts",
            Query(sort: "body", expand: "comments_via_post"),
            as: .ada
        )
        let comments = list.items.map { item -> [JSONValue] in
            guard case .array(let rows)? = item["expand"]?["comments_via_post"] else { return [] }
            return rows.map { $0["body"] ?? .null }
        }
        #expect(comments.count == 2)
        #expect(comments[0] == ["2"])
        #expect(comments[1] == (0..<20).map { .string("c\(24 - $0)") })
    }

    @Test func `a back-relation leaves out what one may not read`() throws {
        let ada = try club.get(
            "users",
            "{ada}",
            as: .eve,
            expand: "posts_via_author,secrets_via_about"
        )
        guard case .array(let posts)? = ada["expand"]?["posts_via_author"] else {
            Issue.record("no posts in \(ada)")
            return
        }
        #expect(posts.map { $0["body"] } == ["open"])
        #expect(ada["expand"]?["secrets_via_about"] == [])
    }

    @Test func `a hidden relation cannot be followed from either end`() throws {
        try club.make(
            "letter",
            in: "letters",
            #"{"subject":"{bob}","weight":1,"text":"x"}"#,
            as: .ada
        )
        let letter = try club.get("letters", "{letter}", as: .eve, expand: "subject")
        #expect(letter["subject"] == nil)
        #expect(letter["expand"]?["subject"] == .null)
        let bob = try club.get("users", "{bob}", as: .eve, expand: "letters_via_subject")
        #expect(bob["expand"]?["letters_via_subject"] == [])
        let sender = try club.get("users", "{bob}", as: .ada, expand: "letters_via_subject")
        #expect(sender["expand"]?["letters_via_subject"] != [])
    }

    @Test func `what an answer adds is bounded, whatever its levels multiply to`() throws {
        var limits = EngineLimits()
        limits.maximumExpandedRecords = 6
        let club = try Club(limits: limits)
        try club.make("open", in: "posts", #"{"body":"open"}"#, as: .ada)
        func answer(_ expand: String) throws -> JSONValue {
            try club.list("posts", Query(expand: expand), as: .ada)
        }
        for index in 0..<6 {
            try club.create("comments", #"{"post":"{open}","body":"\#(index)"}"#, as: .eve)
        }
        #expect(throws: Never.self) { try answer("comments_via_post") }
        for expand in ["comments_via_post.author", "author,comments_via_post"] {
            let refused = problem { try answer(expand) }
            #expect(refused?.code == .tooCostly)
            #expect(refused?.parameter == "expand")
        }
        #expect(throws: Never.self) { try answer("author,likes_via_post") }
    }

    @Test func `the expanded record follows the wanted fields`() throws {
        let comment = try club.get(
            "comments",
            "{comment}",
            as: .eve,
            fields: "body",
            expand: "author"
        )
        #expect(comment.names == ["body", "expand"])
        let bare = try club.get("secrets", try hidden(), as: .mo, fields: "text", expand: "about")
        #expect(bare.names == ["text", "expand"])
        #expect(bare["expand"]?["about"] == .null)
    }

    private func hidden() throws -> String {
        try club.create("secrets", #"{"text":"x"}"#, as: .ada).id
    }

    @Test(arguments: [
        "autor", "", "body", "author,", "author.posts", "id", "author.handle", "x_via_y",
    ])
    func `an unknown relation is refused`(expand: String) {
        let refused = problem { try club.list("comments", Query(expand: expand), as: .ada) }
        #expect(refused?.code == .unknownExpansion)
        #expect(refused?.parameter == "expand")
    }
}
