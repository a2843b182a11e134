import Foundation
import ModelLanguage
import SQLite
import Storage

@testable import Encryption

/// People with a code that is unique and a town that is not, seen by two processes with rings of their
/// own: neither is ever told of the other's keys.
final class IndexWorld {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    let master = MasterKey()
    let ring: KeyRing
    let store: SQLiteStore
    private var others: [SQLiteStore] = []

    static let code = EncryptedColumn(table: "users", column: "code", encryption: .indexed)
    static let town = EncryptedColumn(table: "users", column: "town", encryption: .indexed)

    init() throws {
        ring = KeyRing(masters: [master])
        store = try Self.open(directory, ring)
        let text = """
            app: Keys
            modules:
              m:
                collections:
                  users:
                    accounts: true
                    fields:
                      code: { type: string, encrypted: { index: true }, unique: true }
                      town: { type: string, encrypted: { index: true }, optional: true }
            """
        let model = try ModelLoader.load(text.utf8, path: "keys.yaml").model
        try store.apply(try store.planMigration(to: model))
        try ring.attach(to: store)
    }

    deinit {
        store.close()
        for other in others { other.close() }
        try? FileManager.default.removeItem(atPath: directory)
    }

    private static func open(_ directory: String, _ ring: KeyRing) throws -> SQLiteStore {
        var options = SQLiteOptions()
        options.role = .tool
        options.isDurable = false
        options.cipher = ring
        return try SQLiteStore(directory: directory, options: options)
    }

    /// Another process on the same database.
    func otherProcess() throws -> SQLiteStore {
        let ring = KeyRing(masters: [master])
        let other = try Self.open(directory, ring)
        try ring.attach(to: other)
        others.append(other)
        return other
    }

    func add(_ id: String, code: String, town: String? = nil, through store: SQLiteStore? = nil)
        async throws
    {
        let columns =
            [("id", "?1"), ("email", "?1 || '@example.com'"), ("created", "1"), ("updated", "1")]
            + Self.code.assignments(of: "?2", id: "?1").map { ($0.column, $0.value) }
            + Self.town.assignments(of: "?3", id: "?1").map { ($0.column, $0.value) }
        let insert = Statement(
            """
            INSERT INTO "users" (\(columns.map { "\"\($0.0)\"" }.joined(separator: ", ")))
            VALUES (\(columns.map(\.1).joined(separator: ", ")))
            """
        )
        let town: SQLValue = town.map { .text($0) } ?? .null
        try await (store ?? self.store).transaction { transaction throws(StoreError) in
            _ = try transaction.execute(insert, [.text(id), .text(code), town])
        }
    }

    func run(_ sql: String, _ parameters: SQLValue..., through store: SQLiteStore? = nil)
        async throws
    {
        try await (store ?? self.store).transaction { transaction throws(StoreError) in
            _ = try transaction.execute(Statement(sql), parameters)
        }
    }

    func rows(
        _ sql: String,
        _ parameters: SQLValue...,
        through store: SQLiteStore? = nil
    ) throws -> [[SQLValue]] {
        try (store ?? self.store).makeReader().rows(Statement(sql), parameters)
    }

    /// The ids of those with a code or a town, found by the digest.
    func find(
        _ value: String,
        in column: EncryptedColumn = code,
        through store: SQLiteStore? = nil
    ) throws -> [String] {
        try rows(
            """
            SELECT "id" FROM "users" WHERE "\(column.column)$index" = \(column.digest(of: "?1"))
            ORDER BY "id"
            """,
            .text(value),
            through: store
        ).compactMap { $0[0].text }
    }

    func rotation(_ store: SQLiteStore? = nil) throws -> IndexRotation {
        let store = store ?? self.store
        var rotation = IndexRotation(
            ring: store === self.store ? ring : try ringOf(store),
            store: store,
            columns: [Self.code, Self.town]
        )
        rotation.batchSize = 4
        return rotation
    }

    private func ringOf(_ store: SQLiteStore) throws -> KeyRing {
        guard let ring = store.cipher as? KeyRing else { throw EncryptionError.store("no ring") }
        return ring
    }

    /// A rotation that was killed after so many people of either column.
    func begin(movingFirst count: Int) async throws {
        let (ring, master) = (KeyRing(masters: [master]), master)
        try ring.attach(to: store)
        let key = "K2K2K2K2"
        let wrapped = try wrap([UInt8](repeating: 9, count: 32), as: key, with: master)
        try await run(
            """
            INSERT INTO "_keys" ("id", "purpose", "wrapped", "created")
            SELECT ?1, 'index', ?2, max("created") + 1 FROM "_keys"
            """,
            .text(key),
            .text(wrapped)
        )
        for column in [Self.code, Self.town] {
            let name = column.column
            try await run(
                """
                UPDATE "users" SET "\(name)$index" = mainstay_blind('users.\(name)',
                mainstay_open('users.\(name)', "id", "\(name)"), ?1) WHERE "\(name)$index" IN
                (SELECT DISTINCT "\(name)$index" FROM "users" ORDER BY 1 LIMIT \(count))
                """,
                .text(key)
            )
        }
    }

    private func wrap(_ bytes: [UInt8], as id: String, with master: MasterKey) throws -> String {
        try master.wrap(bytes, id: id, purpose: .index)
    }

    /// How many digests of a column each key has, but for NULL.
    func digestsByKey(_ column: EncryptedColumn = code) throws -> [String: Int] {
        let digests = try rows(
            "SELECT \"\(column.column)$index\" FROM \"users\" WHERE \"\(column.column)$index\" IS NOT NULL"
        )
        return Dictionary(grouping: digests.compactMap { $0[0].text }) {
            String($0.prefix { $0 != "." })
        }.mapValues(\.count)
    }

    func indexKeys(retired: Bool) throws -> [String] {
        try rows(
            """
            SELECT "id" FROM "_keys" WHERE "purpose" = 'index'
            AND ("retired" IS NOT NULL) = \(retired ? 1 : 0) ORDER BY "created"
            """
        ).compactMap { $0[0].text }
    }
}
