import Encryption
import ExpressionSQL
import Foundation
import JSON
import ModelLanguage
import SQLite
import Storage

@testable import Engine

/// An engine over a database on disk, whose records have encrypted fields of every type.
final class Vault {
    static let model = """
        app: Vault
        modules:
          m:
            collections:
              users:
                accounts: true
                rules: { create: "true", read: "true", update: id == auth.id, delete: id == auth.id }
                fields:
                  handle: { type: string, unique: true }
                  birthday: { type: date, encrypted: true, optional: true, read: id == auth.id }
                  taxId: { type: string, encrypted: { index: true }, unique: true, optional: true }
                  code: { type: integer, encrypted: { index: true }, optional: true, read: id == auth.id }
              papers:
                owner: author
                rules: { create: auth != null, read: "true", update: author == auth.id, delete: author == auth.id }
                validate: [{ rule: "amount == null || amount >= 0", message: "the amount is negative" }]
                fields:
                  author: { type: users, onCreate: auth.id, onDelete: cascade }
                  text: { type: string, encrypted: true, optional: true, maxLength: 1000, default: nothing }
                  amount: { type: integer, encrypted: true, optional: true }
                  share: { type: number, encrypted: true, optional: true }
                  done: { type: boolean, encrypted: true, optional: true }
                  at: { type: datetime, encrypted: true, optional: true }
                  link: { type: url, encrypted: true, optional: true }
                  data: { type: json, encrypted: true, optional: true }
                  tags: { type: [string], encrypted: true, optional: true }
                  public: { type: string, optional: true }
        """

    let clock = ManualClock()
    let ring = KeyRing.ephemeral()
    let folder: String
    let store: SQLiteStore
    let engine: Engine
    let reader: EngineReader

    init() throws {
        folder =
            FileManager.default.temporaryDirectory
            .appending(path: "mainstay-vault-\(UUID().uuidString)").path
        let model = try ModelLoader.load(Self.model.utf8, path: "vault.yaml").model
        var options = SQLiteOptions()
        options.cipher = ring
        store = try SQLiteStore(directory: folder, options: options)
        try store.apply(store.planMigration(to: model))
        engine = Engine(model: model, store: store, clock: clock.engineClock)
        reader = try engine.makeReader()
    }

    deinit {
        store.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    func caller(_ account: String?) -> Caller {
        Caller(
            account: account,
            category: account == nil ? .anonymous : CallerClass(role: nil, permissions: []),
            idempotencyScope: account ?? "nobody"
        )
    }

    @discardableResult
    func write(
        _ kind: RecordChange.Kind,
        in collection: String,
        as account: String? = nil,
        key: String? = nil
    ) throws(Problem) -> WriteAnswer {
        clock.advance(microseconds: 1_000)
        return try engine.performAndWait(
            WriteOperation(
                change: .record(RecordChange(kind, in: collection)),
                caller: caller(account),
                idempotency: key.map { IdempotencyKey(key: $0, fingerprint: [1]) }
            )
        )
    }

    func addUser(_ handle: String, _ fields: String = "") throws -> String {
        let body = #"{"handle":"\#(handle)","email":"\#(handle)@example.com"\#(fields)}"#
        return try write(.create(try JSONParser.parse(body)), in: "users").id
    }

    func get(_ collection: String, _ id: String, as account: String?) throws -> JSONValue {
        try read(.get(GetOperation(collection: collection, id: id)), as: account)
    }

    func list(
        _ source: String,
        filter: String? = nil,
        sort: String? = nil,
        expand: String? = nil,
        as account: String?
    ) throws -> [JSONValue] {
        let operation = ListOperation(
            source: source,
            filter: filter,
            sort: sort,
            fields: nil,
            expand: expand,
            limit: 20,
            position: .start,
            isCounted: false
        )
        return try read(.list(operation), as: account).items
    }

    private func read(_ operation: ReadOperation, as account: String?) throws -> JSONValue {
        let outcome = try reader.read(operation, by: caller(account), budget: .long)
        guard case .answered(let answer) = outcome else { throw Club.Interrupted() }
        return try JSONParser.parse(answer.body.contents)
    }

    /// What somebody with the disk in hand does.
    func attack(_ sql: String) async throws {
        let statement = Statement(sql)
        try await store.transaction { transaction throws(StoreError) in
            _ = try transaction.execute(statement, [])
        }
    }

    /// Whether a text stands anywhere in the files of the database.
    func isOnDisk(_ text: String) -> Bool {
        ["", "-wal"].contains { suffix in
            let file = URL(filePath: folder + "/mainstay.db" + suffix)
            guard let bytes = try? Data(contentsOf: file) else { return false }
            return bytes.range(of: Data(text.utf8)) != nil
        }
    }
}
