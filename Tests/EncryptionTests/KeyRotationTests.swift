import Encryption
import ModelLanguage
import SQLite
import Storage
import Testing

@Suite("Rotating the data key")
struct KeyRotationTests {
    let store: SQLiteStore
    let master = MasterKey()
    let ring: KeyRing
    static let count = 25
    static let columns = [
        EncryptedColumn(table: "users", column: "code", encryption: .indexed)
    ]

    init() async throws {
        ring = KeyRing(masters: [master])
        var options = SQLiteOptions()
        options.cipher = ring
        store = try SQLiteStore.temporary(options: options)
        let text = """
            app: Keys
            modules:
              m:
                collections:
                  users:
                    accounts: true
                    fields: { code: { type: string, encrypted: { index: true } } }
            """
        let model = try ModelLoader.load(text.utf8, path: "keys.yaml").model
        try store.apply(try store.planMigration(to: model))
        try ring.attach(to: store)
        for number in 0..<Self.count { try await add(number) }
    }

    private func add(_ number: Int) async throws {
        let insert = Statement(
            """
            INSERT INTO "users" ("id", "email", "code", "code$index", "created", "updated")
            VALUES (?1, ?1 || '@example.com', mainstay_seal('users.code', ?1, ?2),
                    mainstay_blind('users.code', ?2), 1, 1)
            """
        )
        try await store.transaction { transaction throws(StoreError) in
            _ = try transaction.execute(insert, [.text("u\(number)"), .text("code \(number)")])
        }
    }

    private func rows(_ sql: String) throws -> [[SQLValue]] {
        try store.makeReader().rows(Statement(sql), [])
    }

    private func rotation() -> KeyRotation {
        var rotation = KeyRotation(
            ring: ring,
            store: store,
            columns: Self.columns,
            texts: [.subjects]
        )
        rotation.batchSize = 4
        rotation.settling = .zero
        return rotation
    }

    /// The ids of the keys that values and keys of persons are sealed with.
    private func keysInUse() throws -> Set<String> {
        let texts = try rows(#"SELECT "code" FROM "users" UNION ALL SELECT "key" FROM "_subjects""#)
        return Set(texts.compactMap { $0[0].text.flatMap(KeyRing.keyID) })
    }

    private func opened() throws -> Int {
        try rows(
            """
            SELECT 1 FROM "users" WHERE mainstay_open('users.code', "id", "code") = 'code ' || substr("id", 2)
            AND "code$index" = mainstay_blind('users.code', 'code ' || substr("id", 2))
            """
        ).count
    }

    @Test func `seals every value anew, changes none, and tells of it in no event`() async throws {
        let events = try rows(#"SELECT count(*) FROM "_events""#)
        let report = try await rotation().run(now: 2)
        #expect(report.sealed == 2 * Self.count && !report.isResumed && report.damaged.isEmpty)
        #expect(try keysInUse() == [report.key])
        #expect(try opened() == Self.count)
        #expect(try rows(#"SELECT count(*) FROM "_events""#) == events)
        let retired = try rows(
            #"SELECT count(*) FROM "_keys" WHERE "purpose" = 'data' AND "retired" IS NOT NULL"#
        )
        #expect(retired == [[.integer(1)]])
    }

    @Test func `goes on where it was cut short`() async throws {
        // A run that was killed after its key was made and some values were sealed.
        let key = try await ring.addDataKey(in: store, now: 2)
        try await store.transaction { transaction throws(StoreError) in
            _ = try transaction.execute(
                Statement(
                    """
                    UPDATE "users" SET "code" = mainstay_seal('users.code', "id",
                    mainstay_open('users.code', "id", "code")) WHERE "id" < 'u15'
                    """
                ),
                []
            )
        }
        #expect(try keysInUse().count == 2)
        #expect(try opened() == Self.count)
        let report = try await rotation().run(now: 3)
        #expect(report.isResumed && report.key == key)
        #expect(try keysInUse() == [key])
        #expect(try opened() == Self.count)
    }

    @Test func `goes beside a server that writes with the former key`() async throws {
        async let report = rotation().run(now: 2)
        for number in Self.count..<(Self.count + 20) { try await add(number) }
        let key = try await report.key
        _ = key
        #expect(try opened() == Self.count + 20)
        _ = try await rotation().run(now: 3)
        #expect(try keysInUse().count == 1)
    }

    @Test func `leaves what does not open, and says so`() async throws {
        try await store.transaction { transaction throws(StoreError) in
            _ = try transaction.execute(
                Statement(#"UPDATE "users" SET "code" = 'damaged' WHERE "id" = 'u3'"#),
                []
            )
        }
        let report = try await rotation().run(now: 2)
        #expect(report.damaged == ["users.code": 1])
        #expect(try rows(#"SELECT "code" FROM "users" WHERE "id" = 'u3'"#) == [[.text("damaged")]])
    }
}
