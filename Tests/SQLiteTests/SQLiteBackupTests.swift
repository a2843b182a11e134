import CSQLite
import Foundation
import ModelLanguage
import SQLite
import Storage
import StoreConformance
import Testing

/// Copies of a database, by Mainstay and by programs that know nothing of it.
@Suite struct SQLiteBackupTests {
    private static let model = """
        app: Test
        modules:
          main:
            collections:
              notes:
                fields:
                  text: { type: string, minLength: 2, maxLength: 10 }
        """

    /// A store with one record, in a directory.
    private func makeStore(in directory: String) async throws -> SQLiteStore {
        let store = try SQLiteStore(directory: directory)
        let loaded = try ModelLoader.load(Data(Self.model.utf8), path: "mainstay.yaml")
        try store.apply(store.planMigration(to: loaded.model))
        try await add("a", to: store)
        return store
    }

    private func add(_ id: String, to store: SQLiteStore) async throws {
        let insertion = Statement(
            #"INSERT INTO "notes" ("id", "text", "created", "updated") VALUES (?1, 'two', 0, 0)"#
        )
        _ = try await store.write { transaction throws(StoreError) in
            _ = try transaction.execute(insertion, [.text(id)])
            return .commit
        }.get()
    }

    @Test func `a backup beside a server holds what was written before it`() async throws {
        let directory = try TemporaryDirectory()
        let store = try await makeStore(in: directory.path)
        defer { store.close() }
        let copy = directory.path + "/copy/mainstay.db"
        try FileManager.default.createDirectory(
            atPath: directory.path + "/copy",
            withIntermediateDirectories: true
        )
        let backup = try SQLiteBackup(of: directory.path, to: copy)
        try await add("b", to: store)
        let attributes = try FileManager.default.attributesOfItem(atPath: copy)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(attributes[.size] as? Int == Int(backup.bytes))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: directory.path + "/copy")
                == ["mainstay.db"]
        )
        let restored = try SQLiteStore(directory: directory.path + "/copy")
        defer { restored.close() }
        #expect(try restored.rows(#"SELECT "id" FROM "notes""#) == [[.text("a")]])
        let loaded = try ModelLoader.load(Data(Self.model.utf8), path: "mainstay.yaml")
        #expect(try restored.planMigration(to: loaded.model).isEmpty)
    }

    @Test func `a backup leaves a file that exists as it is`() async throws {
        let directory = try TemporaryDirectory()
        let store = try await makeStore(in: directory.path)
        defer { store.close() }
        let path = directory.path + "/kept"
        try Data("precious".utf8).write(to: URL(filePath: path))
        let error = #expect(throws: StoreError.self) {
            try SQLiteBackup(of: directory.path, to: path)
        }
        #expect(error?.description.contains("name one that does not exist") == true)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
    }

    @Test func `there is no backup of a directory without a database`() throws {
        let directory = try TemporaryDirectory()
        #expect(throws: StoreError.self) {
            try SQLiteBackup(of: directory.path, to: directory.path + "/copy.db")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
    }

    @Test func `a program without Mainstay's functions can vacuum the database`() async throws {
        let directory = try TemporaryDirectory()
        try await makeStore(in: directory.path).close()
        var handle: OpaquePointer?
        defer { sqlite3_close_v2(handle) }
        #expect(sqlite3_open(directory.path + "/mainstay.db", &handle) == SQLITE_OK)
        let copy = directory.path + "/copy.db"
        for sql in ["VACUUM INTO '\(copy)'", "VACUUM"] {
            #expect(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK, "\(sql)")
        }
        #expect(FileManager.default.fileExists(atPath: copy))
    }

    @Test func `a data directory is made with the folders above it`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/a/b/c"
        try SQLiteStore(directory: path).close()
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
    }

    @Test func `a data directory that cannot be made is told with its path and the reason`() throws
    {
        let directory = try TemporaryDirectory()
        let file = directory.path + "/file"
        try Data().write(to: URL(filePath: file))
        let error = #expect(throws: StoreError.self) {
            try SQLiteStore(directory: file + "/data")
        }
        let message = error?.description ?? ""
        #expect(message.contains(file + "/data"))
        #expect(message.contains("Not a directory"))
    }
}
