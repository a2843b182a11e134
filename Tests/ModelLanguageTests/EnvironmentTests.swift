import Expressions
import ModelLanguage
import Testing

@Suite struct `Environments` {
    private let model: Model
    private let environments: ModelEnvironment

    init() throws {
        model = try ModelLoader.load(try Files.bytes(of: Files.socialConnect), path: "m").model
        environments = ModelEnvironment(model)
    }

    private func problems(_ source: String, of collection: String) throws -> [String] {
        let environment = environments.environment(for: try #require(model.collection(collection)))
        do throws(ExpressionErrors) {
            _ = try environment.check(source, as: .bool)
            return []
        } catch {
            return error.errors.map(\.message)
        }
    }

    @Test(arguments: [
        #"author == "u1""#, "author == auth.id", "likes > 10 && created > now - duration('1h')",
        #"author.handle.startsWith("a")"#, "body.contains('x')", "visibility in ['public']",
        "posts.exists(p, p.author == author)", "users.exists(u, u.id == author)",
        "follows.exists(f, f.follower == auth.id && f.followee == author)",
        "auth != null && auth.can('posts.read')", "auth.role == 'analyst'",
    ])
    func `filters see fields, the caller, the time and collections in reach`(
        _ filter: String
    ) throws {
        #expect(try problems(filter, of: "posts") == [])
    }

    @Test(arguments: [
        "notifications.exists(n, n.post == id)", "auth.permissions == []", "auth.email == 'a'",
        "count() > 3", "recipient == 'a'", "likes",
    ])
    func `filters see nothing else`(_ filter: String) throws {
        #expect(try problems(filter, of: "posts") != [])
    }

    @Test func `a view's environment is that of its module`() throws {
        let daily = try #require(model.view("daily"))
        let rows = environments.environment(for: daily)
        #expect(throws: ExpressionErrors.self) { try rows.check("follows.exists(f, true)") }
        #expect(throws: ExpressionErrors.self) { try rows.check("sum(likes)") }
        let columns = environments.columnEnvironment(for: daily)
        #expect(try columns.check("sum(likes)").type == .int)
        #expect(try columns.check("avg(likes)").type == .double)
        #expect(try columns.check("max(created)").type == .timestamp)
    }

    @Test func `can asks the permissions of the caller`() throws {
        let daily = try #require(model.view("daily"))
        let read = try #require(daily.read)
        func isAllowed(_ permissions: [String]?) throws -> Bool? {
            let list = permissions.map { Value.list($0.map(Value.string)) } ?? .null
            let caller = ObjectValue(
                type: ModelEnvironment.callerType,
                fields: ["id": .string("u1"), ModelEnvironment.permissionsMember: list]
            )
            let value = try read.evaluate(Bindings(["auth": .object(caller)]))
            guard case .bool(let flag) = value else { return nil }
            return flag
        }
        #expect(try isAllowed(["posts.delete", "analytics.read"]) == true)
        #expect(try isAllowed(["posts.delete"]) == false)
        #expect(try isAllowed(nil) == false)
        #expect(throws: EvaluationError.self) {
            try read.evaluate(Bindings(["auth": .null]))
        }
    }
}
