import Engine
import ExpressionSQL
import Foundation
import ModelLanguage
import REST
import SQLite
import Storage
import Testing

/// `mainstay explain`: what a request becomes, in words.
@Suite struct ExplainTests {
    private static let text = """
        app: Test
        roles: { analyst: [daily.read] }
        modules:
          main:
            collections:
              users:
                accounts: true
                fields:
                  name: { type: string }
                rules: { create: "true", read: "true" }
              posts:
                fields:
                  author: { type: users, onCreate: auth.id, onDelete: cascade }
                  visibility: { type: string }
                  likes: { type: integer }
                rules:
                  read: visibility == "public" || author == auth.id
            views:
              daily:
                of: posts
                group: { day: created.date() }
                select: { posts: count() }
                rules: { read: auth.can("daily.read") }
        """

    private func explanation(of target: String, by caller: Caller) throws -> [String: [String]] {
        let model = try ModelLoader.load(Data(Self.text.utf8), path: "mainstay.yaml").model
        let store = try SQLiteStore.temporary()
        defer { store.close() }
        try store.apply(store.planMigration(to: model))
        let explainer = try RESTExplainer(engine: Engine(model: model, store: store))
        let sections = try explainer.explain(method: "GET", target: target, by: caller).sections
        return Dictionary(
            sections.map { ($0.title, $0.lines) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private let account = Caller(
        account: "00000000-0000-7000-8000-000000000000",
        category: CallerClass(role: nil, permissions: []),
        idempotencyScope: ""
    )

    @Test func `parameters are told in words`() throws {
        let sections = try explanation(of: "/v1/posts?filter=likes>3&offset=10", by: account)
        #expect(
            sections["rows: parameters"] == [
                "?1 = input: the limit, and one more",
                "?2 = the 1st literal of the filter",
                #"?3 = "public""#,
                "?4 = the caller's id",
                "?5 = input: the offset",
            ]
        )
    }

    @Test func `who may not is told the rule and the answer`() throws {
        let sections = try explanation(of: "/v1/daily", by: account)
        #expect(sections["view daily of posts"]?.first == #"read: auth.can("daily.read")"#)
        #expect(sections["refused"] == ["403 rule.denied: daily may not be read"])
    }

    @Test func `groups refuse a filter before they look at it`() throws {
        let problem = #expect(throws: Problem.self) {
            try explanation(of: "/v1/daily?filter=nonsense", by: account)
        }
        #expect(problem?.code == .unknownParameter)
    }
}
