import Expressions
import JSON
import ModelLanguage
import Testing

@Suite struct `SocialConnect` {
    private let model: Model

    init() throws {
        let loaded = try ModelLoader.load(try Files.bytes(of: Files.socialConnect), path: "m")
        #expect(loaded.warnings == [])
        model = loaded.model
    }

    @Test func `has its collections and views in the order of the file`() {
        #expect(model.name == "SocialConnect")
        #expect(model.api == "v1")
        #expect(
            model.collections.map { "\($0.module).\($0.name)" } == [
                "users.users", "users.follows", "posts.posts", "posts.comments", "posts.likes",
                "notifications.notifications",
            ]
        )
        #expect(model.views.map(\.name) == ["feed", "trending", "daily"])
        #expect(model.accounts?.name == "users")
        #expect(model.roles.map(\.permissions.count) == [1, 4])
        #expect(model.modules[1].uses.map(\.collection) == ["users", "follows"])
    }

    @Test func `has fields in order, its own between those that Mainstay brings`() throws {
        let users = try #require(model.collection("users"))
        #expect(
            users.fields.map(\.name) == [
                "id", "email", "handle", "name", "bio", "birthday", "followers", "following",
                "created", "updated",
            ]
        )
        #expect(users.field("email")?.origin == .account)
        #expect(users.field("email")?.read?.source == "id == auth.id")
        #expect(users.field("id")?.origin == .system)
        #expect(users.field("birthday")?.read?.source == "id == auth.id")
        #expect(users.position(of: "handle") == 2)
    }

    @Test func `says which fields a client writes`() throws {
        let posts = try #require(model.collection("posts"))
        #expect(posts.fields.filter(\.isWritableOnCreate).map(\.name) == ["body", "visibility"])
        #expect(posts.fields.filter(\.isRequiredOnCreate).map(\.name) == ["body"])
        let follows = try #require(model.collection("follows"))
        #expect(follows.fields.filter(\.isWritableOnUpdate).map(\.name) == [])
        #expect(follows.field("followee")?.isImmutable == true)
        #expect(posts.field("visibility")?.defaultValue == "public")
    }

    @Test func `has counters, indexes, unique sets and validations`() throws {
        let users = try #require(model.collection("users"))
        let counter = Counter(collection: "follows", relation: "followee", summand: nil)
        #expect(users.field("followers")?.counter == counter)
        let follows = try #require(model.collection("follows"))
        #expect(follows.uniqueSets == [["follower", "followee"]])
        #expect(follows.validations.map(\.message) == ["you cannot follow yourself"])
        let posts = try #require(model.collection("posts"))
        let keys = posts.indexes.first?.keys
        #expect(keys?.map(\.field) == ["author", "created"])
        #expect(keys?.map(\.isDescending) == [false, true])
    }

    @Test func `has rules where the file has them`() throws {
        let notifications = try #require(model.collection("notifications"))
        #expect(notifications.rules.create == nil)
        #expect(notifications.rules.read?.type == .bool)
        let posts = try #require(model.collection("posts"))
        #expect(posts.rules.read?.references.collections == ["follows"])
    }

    @Test func `has views of records and of groups`() throws {
        let trending = try #require(model.view("trending"))
        #expect(trending.sort.map(\.field) == ["likes", "created"])
        #expect(trending.aggregate == nil)
        let daily = try #require(model.view("daily"))
        #expect(daily.aggregate?.group.map(\.name) == ["day"])
        #expect(daily.aggregate?.group.map(\.type) == [.date])
        #expect(daily.aggregate?.select.map(\.name) == ["posts", "authors", "likes"])
        #expect(daily.aggregate?.select.map(\.type) == [.integer, .integer, .integer])
        #expect(daily.read?.references.functions == ["can"])
    }
}
