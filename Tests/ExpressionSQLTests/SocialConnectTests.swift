import ExpressionSQL
import Expressions
import ModelLanguage
import SQLite
import Storage
import Testing

/// The SQL of typical expressions, word for word: what is simple in the model stays simple.
@Suite struct `SQL of SocialConnect` {
    private static let model = """
        app: SocialConnect
        api: v1
        roles:
          moderator: [posts.delete, posts.read]
          analyst: [analytics.read]
        modules:
          social:
            collections:
              users:
                accounts: true
                fields:
                  handle: { type: string, unique: true }
                  birthday: { type: date, optional: true, read: id == auth.id }
                rules: { read: "true", update: id == auth.id }
              follows:
                fields:
                  follower: { type: users, onCreate: auth.id, onDelete: cascade }
                  followee: { type: users, onDelete: cascade }
                unique: [[follower, followee]]
                rules: { read: "true" }
              posts:
                fields:
                  author: { type: users, onCreate: auth.id, onDelete: cascade }
                  body: { type: string }
                  visibility: { type: string, enum: [public, followers] }
                  likes: { type: integer }
                indexes: [[author, -created], [visibility, -created]]
                rules:
                  read: >-
                    visibility == "public" || author == auth.id ||
                    follows.exists(f, f.follower == auth.id && f.followee == author)
                  update: author == auth.id
            views:
              daily:
                of: posts
                group: { day: created.date() }
                select: { posts: count(), authors: countDistinct(author), likes: sum(likes) }
                rules: { read: auth.can("analytics.read") }
        """

    private let model: Model
    private let environments: ModelEnvironment
    private let member = CallerClass(role: nil, permissions: [])

    init() throws {
        model = try ModelLoader.load(Self.model.utf8, path: "model.yaml").model
        environments = ModelEnvironment(model)
    }

    private func posts() throws -> Collection {
        try #require(model.collection("posts"))
    }

    private func readRule(for caller: CallerClass) throws -> (SQLCondition, [ParameterSource]) {
        let parameters = SQLParameters()
        let compiler = SQLCompiler(model: model, caller: caller)
        let condition = try compiler.readCondition(of: try posts(), alias: "p", into: parameters)
        return (condition, parameters.sources)
    }

    private func filter(
        _ source: String,
        for caller: CallerClass,
        authority: Authority = .caller
    ) throws -> (SQLCondition, [ParameterSource]) {
        let posts = try posts()
        let parameters = SQLParameters()
        let compiler = SQLCompiler(model: model, caller: caller)
        let checked = try environments.environment(for: posts).check(source, as: .bool)
        let condition = try compiler.condition(
            checked,
            of: posts,
            alias: "p",
            authority: authority,
            into: parameters
        )
        return (condition, parameters.sources)
    }

    @Test func `without a caller the posts' rule is one comparison`() throws {
        let (condition, sources) = try readRule(for: .anonymous)
        #expect(condition == .sql(#"p."visibility" = ?1"#))
        #expect(sources == [.constant(.text("public"))])
    }

    @Test func `for a caller the posts' rule is plain and can use indexes`() throws {
        let (condition, sources) = try readRule(for: member)
        let expected =
            #"(p."visibility" = ?1 OR p."author" = ?2"#
            + #" OR EXISTS (SELECT 1 FROM "follows" AS t1"#
            + #" WHERE t1."follower" = ?2 AND t1."followee" = p."author"))"#
        #expect(condition == .sql(expected))
        #expect(sources == [.constant(.text("public")), .authID])
    }

    @Test func `a permission makes the read rule superfluous`() throws {
        let moderator = CallerClass(role: "moderator", permissions: ["posts.read"])
        #expect(try readRule(for: moderator).0 == .always)
    }

    @Test func `a collection without a read rule shows nothing`() throws {
        let hidden = Collection(
            name: "hidden",
            module: "social",
            formerName: nil,
            accounts: nil,
            fields: [],
            indexes: [],
            uniqueSets: [],
            validations: [],
            rules: Rules(create: nil, read: nil, update: nil, delete: nil),
            summary: nil
        )
        let compiler = SQLCompiler(model: model, caller: member)
        let parameters = SQLParameters()
        #expect(try compiler.readCondition(of: hidden, alias: "h", into: parameters) == .never)
    }

    @Test(arguments: [
        (#"author == "u1""#, #"p."author" = ?1"#),
        (#"author != "u1""#, #"p."author" <> ?1"#),
        (#"visibility in ["public", "followers"]"#, #"p."visibility" IN (?1, ?2)"#),
        (#"likes >= 10 && likes < 20"#, #"p."likes" >= ?1 AND p."likes" < ?2"#),
        (#"!(likes >= 10 && likes < 20)"#, #"(p."likes" < ?1 OR p."likes" >= ?2)"#),
        (#"created > now - duration("24h")"#, #"p."created" > (?1 - ?2)"#),
        (#"body.startsWith("Hello")"#, #"mainstay_starts_with(p."body", ?1)"#),
        (#"author == auth.id && auth != null"#, #"p."author" = ?1"#),
        (
            #"author.handle == "ann""#,
            #"(SELECT t1."handle" FROM "users" AS t1 WHERE t1."id" = p."author") = ?1"#
        ),
        (
            #"!follows.exists(f, f.followee == author)"#,
            #"NOT EXISTS (SELECT 1 FROM "follows" AS t1 WHERE t1."followee" = p."author")"#
        ),
        (
            #"follows.filter(f, f.followee == author).size() > 2"#,
            #"(SELECT count(*) FROM "follows" AS t1 WHERE t1."followee" = p."author") > ?1"#
        ),
        (#"likes + 1 > 10"#, #"mainstay_add(p."likes", ?1) > ?2"#),
    ])
    func `typical filters`(source: String, sql: String) throws {
        #expect(try filter(source, for: member).0 == .sql(sql))
    }

    @Test(arguments: [
        ("auth == null", SQLCondition.always), ("auth != null", .never),
        ("author == auth.id", .never),
        ("author == auth.id || true", .always), ("auth.can('posts.read')", .never),
        ("!(author == auth.id)", .never), ("auth == null || likes > 1", .always),
    ])
    func `what the absence of a caller decides`(source: String, condition: SQLCondition) throws {
        let (compiled, sources) = try filter(source, for: .anonymous)
        #expect(compiled == condition)
        #expect(sources.isEmpty)
    }

    @Test func `what the caller's role decides`() throws {
        let editor = CallerClass(role: "editor", permissions: [])
        let source = #"auth.role == "editor" || author == auth.id"#
        #expect(try filter(source, for: editor).0 == .always)
        #expect(try filter(source, for: member).0 == .sql(#"p."author" = ?1"#))
        #expect(try filter(#"auth.role in ["editor", "owner"]"#, for: editor).0 == .always)
        #expect(try filter(#"auth.role in ["owner"]"#, for: editor).0 == .never)
    }

    @Test func `the columns of an aggregate`() throws {
        let view = try #require(model.view("daily"))
        let parameters = SQLParameters()
        let compiler = SQLCompiler(model: model, caller: member)
        let aggregate = try #require(view.aggregate)
        let columns = try (aggregate.group + aggregate.select).map {
            try compiler.value($0.expression, of: try posts(), alias: "p", into: parameters).sql
        }
        #expect(
            columns == [
                #"mainstay_date(p."created")"#, "count(*)", #"count(DISTINCT p."author")"#,
                #"mainstay_add(mainstay_mul(coalesce(sum(p."likes" >> 32), 0)"#
                    + #" + (coalesce(sum(p."likes" & 4294967295), 0) >> 32), 4294967296),"#
                    + #" coalesce(sum(p."likes" & 4294967295), 0) & 4294967295)"#,
            ]
        )
    }

    @Test func `a view's rule needs no row`() throws {
        let rule = try #require(model.view("daily")?.read)
        func condition(_ caller: CallerClass) throws -> SQLCondition {
            try SQLCompiler(model: model, caller: caller).condition(rule, into: SQLParameters())
        }
        #expect(try condition(member) == .never)
        #expect(try condition(.anonymous) == .never)
        #expect(try condition(CallerClass(role: nil, permissions: ["analytics.read"])) == .always)
    }

    @Test func `the whole model compiles`() {
        #expect(ModelSQLCheck.problems(in: model).isEmpty)
    }

    @Test func `the feed and the rule are searches, not scans`() throws {
        let world = try World(Self.model, records: [])
        let condition = try readRule(for: member).0
        let plan = try world.queryPlan(
            of: """
                SELECT p."id" FROM "posts" AS p WHERE p."author" = ?3 AND \(condition.sql)
                ORDER BY p."created" DESC LIMIT 20
                """
        )
        #expect(!plan.isUnbounded, "\(plan.steps)")
        let exists = plan.steps.first { $0.contains("t1") }
        #expect(exists?.contains("SEARCH") == true, "\(plan.steps)")
    }
}
