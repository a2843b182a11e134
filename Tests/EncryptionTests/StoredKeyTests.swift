import Encryption
import ModelLanguage
import SQLite
import Storage
import Testing

@Suite("Keys in the database")
struct StoredKeyTests {
    let store: SQLiteStore
    let master = MasterKey()
    let secret = Array("secret".utf8)

    init() throws {
        store = try SQLiteStore.temporary()
        let text = """
            app: Keys
            modules: { m: { collections: { notes: { fields: { text: string } } } } }
            """
        let model = try ModelLoader.load(text.utf8, path: "keys.yaml").model
        try store.apply(try store.planMigration(to: model))
    }

    private func ring(_ masters: MasterKey...) async throws -> KeyRing {
        let ring = KeyRing(masters: masters)
        try await ring.load(from: store, makesKeys: true, now: 1)
        return ring
    }

    private func keys() throws -> [[SQLValue]] {
        try store.makeReader().rows(
            Statement(
                "SELECT \"id\", \"wrapped\", \"retired\" FROM \"_keys\" ORDER BY \"created\""
            ),
            []
        )
    }

    @Test func `are made once, and are wrapped`() async throws {
        let first = try await ring(master)
        let sealed = try first.seal(secret, context: "c")
        #expect(try await ring(master).open(sealed, context: "c") == secret)
        #expect(try keys().count == 2)
        #expect(try keys().allSatisfy { $0[1].text?.hasPrefix("mw1.\(master.id).") == true })
    }

    @Test func `do not open with another master key`() async throws {
        _ = try await ring(master)
        await #expect(throws: EncryptionError.otherMasterKey(id: master.id)) {
            try await ring(MasterKey())
        }
    }

    @Test func `that were altered are refused`() async throws {
        _ = try await ring(master)
        let swap = Statement(
            """
            UPDATE "_keys" SET "wrapped" = (SELECT k."wrapped" FROM "_keys" k WHERE k."id" <> "_keys"."id")
            """
        )
        try await store.load { transaction throws(StoreError) in
            _ = try transaction.execute(swap, [])
        }
        await #expect(throws: EncryptionError.self) { try await ring(master) }
    }

    @Test func `that another process adds are found when they are needed`() async throws {
        let server = try await ring(master)
        let tool = try await ring(master)
        let old = try server.seal(secret, context: "c")
        let id = try await tool.addDataKey(in: store, now: 2)
        let new = try tool.seal(secret, context: "c")
        #expect(KeyRing.keyID(of: new) == id)
        #expect(try server.open(new, context: "c") == secret)
        #expect(server.sealingKeyID == id)
        try await tool.retireDataKeys(except: id, in: store, now: 3)
        #expect(try await ring(master).open(old, context: "c") == secret)
    }

    @Test func `are wrapped anew for another master key`() async throws {
        let old = try await ring(master)
        let sealed = try old.seal(secret, context: "c")
        let index = try old.blindIndex(secret, context: "c")
        let next = MasterKey()
        #expect(try await old.rewrap(with: next, in: store) == 2)
        #expect(try await ring(next).open(sealed, context: "c") == secret)
        #expect(try await ring(next).blindIndex(secret, context: "c") == index)
        await #expect(throws: EncryptionError.otherMasterKey(id: next.id)) {
            try await ring(master)
        }
        #expect(try await ring(master, next).rewrap(with: next, in: store) == 0)
        try old.refresh()
        #expect(try old.open(sealed, context: "c") == secret)
    }
}
