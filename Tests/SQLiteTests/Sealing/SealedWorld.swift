import Encryption
import Foundation
import ModelLanguage
import SQLite
import Storage

/// A store with people who have secrets, and all that somebody with the disk in hand can do to it.
final class SealedWorld {
    static let model = """
        app: Secrets
        modules:
          m:
            collections:
              users:
                accounts: true
                fields:
                  name: { type: string, personal: true, optional: true }
                  birthday: { type: date, encrypted: true, optional: true }
                  taxId: { type: string, encrypted: { index: true }, unique: true, optional: true }
                  city: { type: string, optional: true }
              notes:
                owner: author
                fields:
                  author: { type: users, onCreate: auth.id, optional: true, onDelete: anonymize }
                  text: { type: string, personal: true, optional: true }
                  topic: string
        """

    let directory = try? TemporaryDirectory()
    let store: SQLiteStore
    let ring: KeyRing
    let master: MasterKey
    let path: String

    /// A store on disk, with the newest model of this text.
    init(model: String = SealedWorld.model) async throws {
        let folder = directory?.path ?? ""
        path = folder
        master = MasterKey()
        ring = KeyRing(masters: [master])
        store = try Self.open(folder, ring)
        try Self.migrate(store, to: model)
        try await ring.load(from: store, makesKeys: true, now: 1)
    }

    static func open(_ path: String, _ ring: (any ValueCipher)?) throws -> SQLiteStore {
        var options = SQLiteOptions()
        options.role = .tool
        options.cipher = ring
        return try SQLiteStore(directory: path, options: options)
    }

    static func migrate(_ store: SQLiteStore, to text: String) throws {
        let model = try ModelLoader.load(text.utf8, path: "secrets.yaml").model
        try store.apply(try store.planMigration(to: model))
    }

    func run(_ sql: String, _ parameters: [SQLValue] = []) async throws {
        let statement = Statement(sql)
        try await store.transaction { transaction throws(StoreError) in
            transaction.setContext(WriteContext(actor: nil, now: 1_000_000))
            _ = try transaction.execute(statement, parameters)
        }
    }

    func rows(_ sql: String) throws -> [[SQLValue]] {
        try store.rows(sql)
    }

    /// Makes an account as the engine would.
    func addUser(_ id: String, birthday: String = "1990-04-01", taxId: String? = nil) async throws {
        try await run(
            """
            INSERT INTO "users" ("id", "email", "name", "birthday", "taxId", "taxId$index", "city",
                                 "created", "updated")
            VALUES (?1, ?2, ?3, mainstay_seal('users.birthday', ?1, ?4),
                    mainstay_seal('users.taxId', ?1, ?5), mainstay_blind('users.taxId', ?5),
                    'Oslo', 1, 1)
            """,
            [
                .text(id), .text("\(id)@example.com"), .text("Name of \(id)"), .text(birthday),
                .text(orNull: taxId),
            ]
        )
    }

    /// The values of a column of all users, opened, in the order of their ids.
    func opened(_ column: String) throws -> [SQLValue] {
        try rows(
            """
            SELECT mainstay_open('users.\(column)', "id", "\(column)") FROM "users" ORDER BY "id"
            """
        ).map { $0[0] }
    }

    /// Whether a text stands anywhere in the files of the database.
    func isOnDisk(_ text: String) -> Bool {
        ["", "-wal"].contains { suffix in
            let file = URL(filePath: path + "/mainstay.db" + suffix)
            guard let bytes = try? Data(contentsOf: file) else { return false }
            return bytes.range(of: Data(text.utf8)) != nil
        }
    }
}
