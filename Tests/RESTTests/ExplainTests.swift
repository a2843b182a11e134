import Engine
import ExpressionSQL
import Foundation
import JSON
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
                #"?2 = "public""#,
                "?3 = the caller's id",
                "?4 = the 1st literal of the filter",
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

/// What `mainstay explain` says of callers, of access, and of records that are there.
@Suite struct ExplainAccessTests {
    private static let text = """
        app: Test
        roles:
          analyst: [daily.read]
          moderator: { includes: [analyst], permissions: [posts.delete] }
          staff: { permissions: [users.read], when: 'name.endsWith("@staff")' }
        modules:
          main:
            collections:
              users:
                accounts: true
                fields:
                  name: { type: string }
                  card: { type: string, read: id == auth.id, optional: true }
                rules: { create: "true", read: auth != null, update: id == auth.id && auth.mfa }
              posts:
                fields:
                  author: { type: users, onCreate: auth.id, onDelete: cascade }
                  isOpen: { type: boolean, default: false }
                rules:
                  read: isOpen || author == auth.id
                  delete: author == auth.id
        """

    private struct World {
        let store: SQLiteStore
        let explainer: RESTExplainer
        let engine: Engine
        let ann: String
        let post: String
    }

    private func world() async throws -> World {
        let model = try ModelLoader.load(Data(Self.text.utf8), path: "mainstay.yaml").model
        let store = try SQLiteStore.temporary()
        try store.apply(store.planMigration(to: model))
        let engine = Engine(model: model, store: store)
        let nobody = Caller(account: nil, category: .anonymous, idempotencyScope: "")
        let user = RecordChange(
            .create(["name": "ann@staff", "email": "ann@example.com"]),
            in: "users"
        )
        let ann = try await engine.perform(
            WriteOperation(change: .record(user), caller: nobody)
        ).id
        let post = try await engine.perform(
            WriteOperation(
                change: .record(RecordChange(.create([:]), in: "posts")),
                caller: caller(ann, permissions: ["posts.create"])
            )
        ).id
        let explainer = try RESTExplainer(engine: engine)
        return World(store: store, explainer: explainer, engine: engine, ann: ann, post: post)
    }

    private func caller(
        _ account: String?,
        permissions: Set<String> = [],
        scopes: Set<String>? = nil,
        mfa: Bool = false
    ) -> Caller {
        Caller(
            account: account,
            category: account == nil
                ? .anonymous
                : CallerClass(role: nil, permissions: permissions, scopes: scopes),
            idempotencyScope: "",
            session: SessionFacts(mfa: mfa)
        )
    }

    private func lines(
        _ section: String,
        _ method: String,
        _ target: String,
        by caller: Caller,
        in world: World
    ) throws -> [String] {
        let explanation = try world.explainer.explain(
            method: method,
            target: target,
            by: caller,
            asksRecords: true
        )
        return explanation.sections.first { $0.title == section }?.lines ?? []
    }

    @Test func `permissions are told with the role that they come from`() async throws {
        let world = try await world()
        defer { world.store.close() }
        let moderator = Caller(
            account: world.ann,
            category: CallerClass(granted: "moderator", in: world.engine.model),
            idempotencyScope: ""
        )
        let lines = try lines("caller", "GET", "/v1/posts", by: moderator, in: world)
        #expect(lines.contains("role analyst, included by moderator"))
        #expect(lines.contains("permission daily.read of analyst"))
        #expect(lines.contains("permission posts.delete of moderator"))
        let access = try self.lines(
            "access",
            "DELETE",
            "/v1/posts/\(world.post)",
            by: moderator,
            in: world
        )
        #expect(access == ["allowed by the permission posts.delete, whatever the rule says"])
    }

    @Test func `a record is explained part by part`() async throws {
        let world = try await world()
        defer { world.store.close() }
        let path = "/v1/posts/\(world.post)"
        let own = try lines("record \(world.post)", "GET", path, by: caller(world.ann), in: world)
        #expect(
            own == [
                "posts.rules.read", "    true   any of", "        false  isOpen",
                "        true   author == auth.id",
            ]
        )
        let other = "00000000-0000-7000-8000-000000000000"
        let foreign = try lines(
            "record \(world.post)",
            "DELETE",
            path,
            by: caller(other),
            in: world
        )
        #expect(foreign.contains("posts.rules.delete"))
        #expect(foreign.last == "    false  author == auth.id")
    }

    @Test func `facts of the session count`() async throws {
        let world = try await world()
        defer { world.store.close() }
        let path = "/v1/users/\(world.ann)"
        for mfa in [true, false] {
            let lines = try lines(
                "record \(world.ann)",
                "PATCH",
                path,
                by: caller(world.ann, mfa: mfa),
                in: world
            )
            #expect(lines.contains("        \(mfa ? "true " : "false")  auth.mfa"))
        }
    }

    @Test func `fields that are hidden are named`() async throws {
        let world = try await world()
        defer { world.store.close() }
        let nobody = try lines("fields", "GET", "/v1/users", by: caller(world.ann), in: world)
        #expect(nobody.first == "shown where their rule is true: email, card")
    }

    @Test func `accounts are found by address, with their roles by rule`() async throws {
        let world = try await world()
        defer { world.store.close() }
        let reader = try world.engine.makeReader()
        #expect(try reader.account("Ann@Example.com")?.id == world.ann)
        #expect(try reader.account("ben@example.com") == nil)
        #expect(try reader.rolesByRule(of: caller(world.ann)) == ["staff"])
    }

    @Test func `a record that is not there is told`() async throws {
        let world = try await world()
        defer { world.store.close() }
        let none = "00000000-0000-7000-8000-000000000001"
        let lines = try lines(
            "record \(none)",
            "GET",
            "/v1/posts/\(none)",
            by: caller(nil),
            in: world
        )
        #expect(lines == ["there is no record of posts with this id"])
    }
}
