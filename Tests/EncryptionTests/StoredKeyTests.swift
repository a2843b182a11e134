import Encryption
import Foundation
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

@Suite("Keys that change beside a process that runs")
final class ChangedKeyTests {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    let store: SQLiteStore
    let secret = Array("secret".utf8)

    init() throws {
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true
        )
        store = try SQLiteStore.temporary()
        let text = """
            app: Keys
            modules: { m: { collections: { notes: { fields: { text: string } } } } }
            """
        let model = try ModelLoader.load(text.utf8, path: "keys.yaml").model
        try store.apply(try store.planMigration(to: model))
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    private var source: MasterKeySource { MasterKeySource(directory: directory, environment: [:]) }

    private func ring(_ source: MasterKeySource) async throws -> KeyRing {
        let ring = KeyRing(masters: try source.keys(), source: source)
        try await ring.load(from: store, makesKeys: true, now: 1)
        return ring
    }

    @Test func `a ring reads the master key anew when another one wraps the keys`() async throws {
        let server = try await ring(source)
        let old = try server.seal(secret, context: "c")
        _ = try await source.changeOwnFile(try await ring(source), in: store)
        let tool = try await ring(source)
        let id = try await tool.addDataKey(in: store, now: 2)
        let new = try tool.seal(secret, context: "c")
        // Without a word to it: what it finds sealed makes it look.
        #expect(try server.open(new, context: "c") == secret)
        #expect(server.sealingKeyID == id)
        #expect(try server.open(old, context: "c") == secret)
        // What it makes from now on the next start can open.
        _ = try await server.addDataKey(in: store, now: 3)
        #expect(try await ring(source).sealingKeyID == server.sealingKeyID)
    }

    @Test func `refreshing says that the master key was read anew, once`() async throws {
        let server = try await ring(source)
        #expect(try !server.refresh())
        _ = try await source.changeOwnFile(try await ring(source), in: store)
        #expect(try server.refresh())
        #expect(try !server.refresh())
    }

    @Test func `a command is asked again only where that is allowed`() async throws {
        let path = directory + "/printed"
        let first = MasterKey()
        try Data(first.text.utf8).write(to: URL(filePath: path))
        let printed = MasterKeySource(
            directory: directory,
            environment: [MasterKeySource.commandName: "cat '\(path)'"]
        )
        let server = try await ring(printed)
        let next = MasterKey()
        _ = try await ring(printed).rewrap(with: next, in: store)
        try Data(next.text.utf8).write(to: URL(filePath: path))
        #expect(try !server.refresh())
        #expect(try server.refresh(runsCommand: true))
    }

    @Test func `a key is not wrapped by a master key that was replaced`() async throws {
        // It has read the file before the change, and cannot read it anew.
        let late = KeyRing(masters: try source.keys())
        try await late.load(from: store, makesKeys: true, now: 1)
        _ = try await source.changeOwnFile(try await ring(source), in: store)
        await #expect(throws: EncryptionError.self) {
            try await late.addDataKey(in: store, now: 2)
        }
        await #expect(throws: EncryptionError.self) {
            try await KeyRotation(ring: late, store: store, columns: [], texts: []).run(now: 2)
        }
        // The database still opens.
        _ = try await ring(source)
    }

    @Test func `keys made while others are wrapped anew are not lost`() async throws {
        let rings = [try await ring(source), try await ring(source)]
        let (source, store) = (source, store)
        for round in 0..<20 {
            async let change = source.changeOwnFile(rings[0], in: store)
            _ = try? await rings[1].addDataKey(in: store, now: Int64(round))
            _ = try? await change
        }
        _ = try await ring(source)
    }

    @Test func `the master key's file is changed by one at a time`() async throws {
        let ring = try await ring(source)
        let folder = open(source.keysDirectory, O_RDONLY)
        defer { close(folder) }
        #expect(flock(folder, LOCK_EX | LOCK_NB) == 0)
        await #expect(throws: EncryptionError.changing(path: source.path)) {
            try await self.source.changeOwnFile(ring, in: self.store)
        }
    }

    @Test func `two rotations at once leave one data key that seals`() async throws {
        for _ in 0..<10 {
            let rings = [try await ring(source), try await ring(source)]
            let rotations = rings.map {
                var rotation = KeyRotation(ring: $0, store: store, columns: [], texts: [])
                rotation.settling = .zero
                return rotation
            }
            async let first = rotations[0].run(now: 2)
            async let second = rotations[1].run(now: 2)
            _ = try await (first, second)
            for ring in rings {
                try ring.refresh()
                _ = try ring.seal(secret, context: "c")
            }
            #expect(rings[0].sealingKeyID == rings[1].sealingKeyID)
        }
    }

    @Test func `an older key does not retire a newer one`() async throws {
        let ring = try await ring(source)
        let first = try #require(ring.sealingKeyID)
        let second = try await ring.addDataKey(in: store, now: 2)
        try await ring.retireDataKeys(except: first, in: store, now: 3)
        try ring.refresh()
        #expect(ring.sealingKeyID == second)
    }
}
