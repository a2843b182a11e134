import Seeding
import Storage
import Testing

/// What a seeded database has to be like.
@Suite struct SeederTests {
    @Test func `sizes follow from the shape of the model`() async throws {
        let fixture = try SeedFixture(SeedFixture.social)
        let report = try await fixture.seed(scale: 60)
        let counts = Dictionary(
            uniqueKeysWithValues: report.counts.map { ($0.collection, $0.count) }
        )
        #expect(counts == ["users": 60, "follows": 600, "posts": 300, "likes": 1_200])
        #expect(try fixture.count("SELECT count(*) FROM likes") == 1_200)
    }

    @Test func `every record has its event, by the account that made it`() async throws {
        let fixture = try SeedFixture(SeedFixture.social)
        let report = try await fixture.seed(scale: 30)
        #expect(try fixture.count("SELECT count(*) FROM _events") == Int64(report.total))
        let others = """
            SELECT count(*) FROM posts JOIN _events ON record = posts.id
            WHERE actor IS NOT author OR at <> created OR kind <> 'created'
            """
        #expect(try fixture.count(others) == 0)
    }

    @Test func `counters are those of the records`() async throws {
        let fixture = try SeedFixture(SeedFixture.social)
        try await fixture.seed(scale: 30)
        let wrong = """
            SELECT count(*) FROM posts WHERE likes <>
            (SELECT count(*) FROM likes WHERE likes.post = posts.id)
            """
        #expect(try fixture.count(wrong) == 0)
        #expect(try fixture.count("SELECT sum(likes) FROM posts") ?? 0 > 0)
    }

    @Test func `relations name records that are there`() async throws {
        let fixture = try SeedFixture(SeedFixture.social)
        try await fixture.seed(scale: 60)
        #expect(try fixture.rows("SELECT * FROM pragma_foreign_key_check").isEmpty)
    }

    @Test func `validations hold`() async throws {
        let fixture = try SeedFixture(SeedFixture.social)
        try await fixture.seed(scale: 30)
        #expect(try fixture.count("SELECT count(*) FROM follows WHERE follower = followee") == 0)
    }

    @Test func `records are made after those that they name, within a year`() async throws {
        let fixture = try SeedFixture(SeedFixture.social)
        try await fixture.seed(scale: 30)
        let early = """
            SELECT count(*) FROM likes
            JOIN posts ON posts.id = likes.post JOIN users ON users.id = likes.account
            WHERE likes.created < posts.created OR likes.created < users.created
            """
        #expect(try fixture.count(early) == 0)
        let year: Int64 = 365 * 86_400 * 1_000_000
        let outside = """
            SELECT count(*) FROM users
            WHERE created > \(SeedFixture.now) OR created < \(SeedFixture.now - year)
            """
        #expect(try fixture.count(outside) == 0)
    }

    @Test func `a few accounts have most of the followers`() async throws {
        let fixture = try SeedFixture(SeedFixture.social)
        try await fixture.seed(scale: 200)
        let top = try fixture.count(
            "SELECT sum(f) FROM (SELECT followers AS f FROM users ORDER BY f DESC LIMIT 20)"
        )
        // A tenth of the accounts; evenly it would be a tenth of the 2,000 follows.
        #expect(try #require(top) > 500)
    }

    @Test func `ids are UUIDs of version 7 in the order of creation`() async throws {
        let fixture = try SeedFixture(SeedFixture.social)
        try await fixture.seed(scale: 30)
        let ids = try fixture.rows("SELECT id FROM posts ORDER BY created").map { $0[0].text ?? "" }
        #expect(ids == ids.sorted())
        #expect(ids.allSatisfy { $0.count == 36 && $0.dropFirst(14).first == "7" })
    }

    @Test func `accounts can sign in with known addresses`() async throws {
        let fixture = try SeedFixture(SeedFixture.social)
        try await fixture.seed(scale: 3)
        let rows = try fixture.rows(
            "SELECT email, password FROM users JOIN _accounts USING (id) ORDER BY users.created"
        )
        #expect(
            rows == [
                [.text("demo@example.com"), .text("$argon2id$test")],
                [.text("user2@example.com"), .text("$argon2id$test")],
                [.text("user3@example.com"), .text("$argon2id$test")],
            ]
        )
    }

    @Test func `the same seed makes the same records, another one makes others`() async throws {
        var texts: [[[SQLValue]]] = []
        for seed: UInt64 in [1, 1, 2] {
            let fixture = try SeedFixture(SeedFixture.social)
            try await fixture.seed(scale: 20, seed: seed)
            texts.append(
                try fixture.rows("SELECT id, body FROM posts ORDER BY id")
                    + fixture.rows("SELECT \"after\" FROM _events ORDER BY seq")
            )
        }
        #expect(texts[0] == texts[1])
        #expect(texts[0] != texts[2])
    }

    @Test func `counts can be given by name`() async throws {
        let fixture = try SeedFixture(SeedFixture.social)
        let report = try await fixture.seed(
            scale: 10,
            counts: ["posts": 123, "likes": 0, "follows": 7]
        )
        #expect(report.counts.map(\.count) == [10, 7, 123, 0])
        await #expect(throws: SeedError.unknownCollection("post")) {
            try await fixture.seed(scale: 10, counts: ["post": 1], allowsExisting: true)
        }
    }

    @Test func `a database with records is added to only when asked`() async throws {
        let fixture = try SeedFixture(SeedFixture.social)
        try await fixture.seed(scale: 10)
        await #expect(throws: SeedError.hasRecords(collection: "users")) {
            try await fixture.seed(scale: 10)
        }
        try await fixture.seed(scale: 10, allowsExisting: true)
        #expect(try fixture.count("SELECT count(*) FROM users") == 20)
    }

    @Test func `progress ends with each collection whole`() async throws {
        let fixture = try SeedFixture(SeedFixture.social)
        var heard: [SeedProgress] = []
        try await fixture.seed(scale: 10, counts: ["follows": 5, "likes": 5]) { heard.append($0) }
        // On a slow machine there is more in between.
        let last = heard.reduce(into: [SeedProgress]()) { last, progress in
            if last.last?.collection == progress.collection { last.removeLast() }
            last.append(progress)
        }
        #expect(
            last == [
                SeedProgress(collection: "users", done: 10, total: 10),
                SeedProgress(collection: "follows", done: 5, total: 5),
                SeedProgress(collection: "posts", done: 50, total: 50),
                SeedProgress(collection: "likes", done: 5, total: 5),
            ]
        )
    }
}
