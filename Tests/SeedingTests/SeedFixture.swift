import Engine
import ModelLanguage
import SQLite
import Seeding
import Storage

/// A model in an empty store, and the time at which it is seeded.
struct SeedFixture {
    static let now: Int64 = 1_760_000_000_000_000

    let model: Model
    let store: SQLiteStore

    init(_ yaml: String) throws {
        model = try ModelLoader.load(yaml.utf8, path: "test.yaml").model
        var options = SQLiteOptions()
        options.isDurable = false
        store = try SQLiteStore.temporary(options: options)
        try store.apply(try store.planMigration(to: model))
    }

    @discardableResult
    func seed(
        scale: Int,
        counts: [String: Int] = [:],
        seed: UInt64 = 1,
        allowsExisting: Bool = false,
        progress: (SeedProgress) -> Void = { _ in }
    ) async throws -> SeedReport {
        let seeder = Seeder(
            model: model,
            store: store,
            clock: EngineClock { Self.now },
            seed: seed
        )
        let request = SeedRequest(
            scale: scale,
            counts: counts,
            passwordHash: "$argon2id$test",
            allowsExisting: allowsExisting
        )
        return try await seeder.run(request, progress: progress)
    }

    func rows(_ sql: String) throws -> [[SQLValue]] {
        try store.makeReader().rows(Statement(sql), [])
    }

    func count(_ sql: String) throws -> Int64? {
        try rows(sql).first?.first?.integer
    }
}

extension SeedFixture {
    /// People who follow each other and like posts, in the words of the reference app.
    static let social = """
        app: Social
        api: v1
        modules:
          all:
            collections:
              users:
                accounts: true
                fields:
                  handle: { type: string, pattern: "^[a-z0-9_]{3,30}$", unique: true }
                  name: { type: string, minLength: 1, maxLength: 80 }
                  followers: { type: integer, count: follows.followee }
                rules: { read: "true" }
              follows:
                fields:
                  follower: { type: users, onCreate: auth.id, onDelete: cascade }
                  followee: { type: users, immutable: true, onDelete: cascade }
                unique: [[follower, followee]]
                validate:
                  - { rule: follower != followee, message: "you cannot follow yourself" }
                rules: { read: "true" }
              posts:
                fields:
                  author: { type: users, onCreate: auth.id, onDelete: cascade }
                  body: { type: string, minLength: 1, maxLength: 500 }
                  visibility: { type: string, enum: [public, followers], default: public }
                  likes: { type: integer, count: likes.post }
                rules: { read: "true" }
              likes:
                fields:
                  post: { type: posts, immutable: true, onDelete: cascade }
                  account: { type: users, onCreate: auth.id, onDelete: cascade }
                unique: [[post, account]]
                rules: { read: "true" }
        """
}
