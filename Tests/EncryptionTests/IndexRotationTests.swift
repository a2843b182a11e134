import SQLite
import Storage
import Testing

@testable import Encryption

@Suite("Rotating the key of digests")
struct IndexRotationTests {
    let world: IndexWorld
    static let count = 20

    init() async throws {
        world = try IndexWorld()
        for number in 0..<Self.count {
            let town = number % 7 == 0 ? nil : "town \(number % 3)"
            try await world.add("u\(number)", code: "code \(number)", town: town)
        }
    }

    private func expectAllFound(through store: SQLiteStore? = nil) throws {
        for number in 0..<Self.count {
            #expect(try world.find("code \(number)", through: store) == ["u\(number)"])
        }
        let people = (0..<Self.count).filter { $0 % 7 != 0 && $0 % 3 == 1 }.map { "u\($0)" }
        let found = try world.find("town 1", in: IndexWorld.town, through: store)
        #expect(found == people.sorted())
    }

    @Test func `gives every record a new digest, and retires the former key`() async throws {
        let former = try world.indexKeys(retired: false)
        let events = try world.rows(#"SELECT count(*) FROM "_events""#)
        let report = try await world.rotation().run(now: 2)
        #expect(!report.isResumed && report.damaged.isEmpty)
        #expect(report.moved == Self.count + (0..<Self.count).count { $0 % 7 != 0 })
        #expect(try world.digestsByKey() == [report.key: Self.count])
        #expect(try Array(world.digestsByKey(IndexWorld.town).keys) == [report.key])
        #expect(try world.indexKeys(retired: false) == [report.key])
        #expect(try world.indexKeys(retired: true) == former)
        #expect(try world.rows(#"SELECT count(*) FROM "_events""#) == events)
        try expectAllFound()
    }

    @Test(arguments: [0, 1, 7, 20])
    func
        `in the middle of it all are found, and every value is unique, in a process that was not told`(
            moved: Int
        ) async throws
    {
        let other = try world.otherProcess()
        #expect(try world.find("code 3", through: other) == ["u3"])
        try await world.begin(movingFirst: moved)
        try expectAllFound()
        try expectAllFound(through: other)
        for number in 0..<Self.count {
            for store in [world.store, other] {
                await #expect(
                    throws: StoreError.unique(table: "users", columns: ["code$index"]),
                    "code \(number), of \(moved) moved"
                ) {
                    try await world.add("x\(number)", code: "code \(number)", through: store)
                }
            }
        }
        // New values, from both, against each other.
        try await world.add("new", code: "code new", town: "town 1", through: other)
        await #expect(throws: StoreError.self) { try await world.add("new2", code: "code new") }
        #expect(try world.find("town 1", in: IndexWorld.town).contains("new"))
    }

    @Test func `goes on where it was killed, with the key that is there`() async throws {
        try await world.begin(movingFirst: 7)
        let report = try await world.rotation().run(now: 3)
        #expect(report.isResumed && report.key == "K2K2K2K2")
        #expect(try world.digestsByKey() == [report.key: Self.count])
        #expect(try world.indexKeys(retired: false) == [report.key])
        try expectAllFound()
    }

    @Test func `goes beside processes that write, read and change`() async throws {
        let other = try world.otherProcess()
        let rotation = try world.rotation()
        async let report = rotation.run(now: 2)
        for number in 0..<30 {
            try await world.add("n\(number)", code: "n \(number)", town: "town 1", through: other)
            await #expect(throws: StoreError.self) {
                try await world.add("d\(number)", code: "n \(number)")
            }
            #expect(try world.find("n \(number)", through: other) == ["n\(number)"])
            try await world.run(#"DELETE FROM "users" WHERE "id" = ?1"#, .text("u\(number)"))
        }
        let key = try await report.key
        #expect(try world.digestsByKey() == [key: 30])
        #expect(try world.digestsByKey(IndexWorld.town) == [key: 30])
    }

    @Test func `two at once end with one key`() async throws {
        let other = try world.otherProcess()
        let rotations = (try world.rotation(), try world.rotation(other))
        async let first = rotations.0.run(now: 2)
        async let second = rotations.1.run(now: 2)
        _ = try await (first, second)
        let keys = try world.indexKeys(retired: false)
        #expect(keys.count == 1)
        #expect(try Array(world.digestsByKey().keys) == keys)
        try expectAllFound()
        try expectAllFound(through: other)
    }

    @Test func `a value that does not open is told and left, and holds nothing up`() async throws {
        try await world.run(#"UPDATE "users" SET "code" = 'damaged' WHERE "id" = 'u3'"#)
        let report = try await world.rotation().run(now: 2)
        #expect(report.damaged == ["users.code": 1])
        #expect(try world.digestsByKey()[report.key] == Self.count - 1)
        #expect(try world.indexKeys(retired: false) == [report.key])
    }

    @Test func `without a rotation there is one key, and no former one`() async throws {
        let keys = try world.rows("SELECT \(IndexKeys.current), \(IndexKeys.former)")
        #expect(keys[0][0].text == world.ring.indexKeyID && keys[0][1].isNull)
    }

    @Test func `a lookup is a search in the index, also in the middle of a rotation`() async throws
    {
        try await world.begin(movingFirst: 7)
        let plan = try world.store.makeReader().queryPlan(
            of: Statement(
                """
                SELECT "id" FROM "users"
                WHERE "town$index" = \(IndexWorld.town.digest(of: "?1")) ORDER BY "id" LIMIT 10
                """
            )
        )
        #expect(!plan.isUnbounded, "\(plan.steps)")
    }

    // MARK: What is compared in memory

    @Test func `codes and the like stand for some days under the former key`() async throws {
        let made = try world.rows(#"SELECT max("created") FROM "_keys""#)
        let clock = TestTime(try #require(made.first?.first?.integer))
        let ring = KeyRing(masters: [world.master], now: { clock.now })
        try ring.attach(to: world.store)
        let before = try ring.blindIndexes([1], context: "c")
        #expect(before.count == 1)
        try await world.begin(movingFirst: 0)
        try ring.refresh()
        // Until every process knows of the new key, nothing is made with it.
        #expect(try ring.blindIndex([1], context: "c") == before[0])
        #expect(try ring.blindIndexes([1], context: "c").count == 2)
        clock.now += 20_000_000
        #expect(try ring.blindIndex([1], context: "c").hasPrefix("K2K2K2K2."))
        _ = try await world.rotation().run(now: clock.now)
        try ring.refresh()
        #expect(try ring.blindIndexes([1], context: "c").contains(before[0]))
        clock.now += 9 * 86_400 * 1_000_000
        #expect(try ring.blindIndexes([1], context: "c").count == 1)
    }
}
