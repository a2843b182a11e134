import ArgumentParser
import Encryption
import Engine
import Foundation
import Identity
import ModelLanguage
import SQLite
import Storage

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Lists and rotates the keys that sign tokens and seal values.",
        subcommands: [KeysList.self, KeysRotate.self]
    )
}

struct KeysList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the keys by their ids; never the keys themselves."
    )

    @OptionGroup var file: ModelFile
    @OptionGroup var directory: DataDirectory

    func run() async throws {
        let model = try file.load().model
        let store = try directory.openForTool(beside: file.path, model: model)
        defer { store.close() }
        if model.accounts != nil {
            let keys = try SigningKeys(directory: directory.path(beside: file.path) + "/keys")
            for key in keys.summaries {
                Console.write("signing  \(key.id)  \(key.retired == nil ? "active" : "retired")")
            }
        }
        if let id = store.keyRing?.sealingKeyID { Console.write("data     \(id)  active") }
        if let id = store.keyRing?.indexKeyID { Console.write("index    \(id)  active") }
    }
}

struct KeysRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Puts a new key in the place of one, beside a server that runs.",
        discussion: """
            Without a flag it is the key that signs tokens. --data-key seals all values anew, --index-key \
            makes anew the digests that encrypted values are found by; both may be run again if they were \
            cut short.
            """
    )

    @Flag(help: "The key that signs access tokens (the default).") var signing = false
    @Flag(help: "With --signing: void what the former keys have signed, at once.") var now = false
    @Flag(help: "The key that seals values.") var dataKey = false
    @Flag(help: "The key of the digests that encrypted values are found by.") var indexKey = false
    @Flag(help: "The key that wraps all others.") var masterKey = false
    @Option(
        help: "With --master-key: a file with the new key, where a setting names the present one."
    )
    var newKeyFile: String?
    @OptionGroup var file: ModelFile
    @OptionGroup var directory: DataDirectory

    func run() async throws {
        let model = try file.load().model
        let path = directory.path(beside: file.path)
        let rotatesSigningKey = signing || !(dataKey || indexKey || masterKey)
        guard model.accounts != nil || !rotatesSigningKey else {
            throw CommandError("\(model.name) has no accounts, so nothing is signed")
        }
        let store = try directory.openForTool(beside: file.path, model: model)
        defer { store.close() }
        _ = try StartMigration.run(store, to: model, isAutomatic: false)
        let identity = try identity(of: model, in: path, store)
        if rotatesSigningKey { try await rotateSigningKey(of: identity) }
        guard dataKey || indexKey || masterKey else { return }
        guard let ring = store.keyRing else {
            throw CommandError("\(model.name) seals nothing: there are no such keys")
        }
        if masterKey {
            try await rotateMasterKey(ring, in: store, path)
            try await identity?.noteRotation(of: "master")
        }
        if dataKey {
            try await rotateDataKey(ring, in: store, of: model)
            try await identity?.noteRotation(of: "data")
        }
        if indexKey {
            try await rotateIndexKey(ring, in: store, of: model)
            try await identity?.noteRotation(of: "index")
        }
    }

    /// Who signs, and keeps the audit log; nil in an app without accounts.
    private func identity(
        of model: Model,
        in path: String,
        _ store: SQLiteStore
    ) throws -> IdentityService? {
        guard model.accounts != nil else { return nil }
        return try IdentityService(
            engine: Engine(model: model, store: store),
            keys: try SigningKeys(directory: path + "/keys"),
            cipher: store.keyRing ?? KeyRing.ephemeral()
        )
    }

    private func encryptedColumns(of model: Model) -> [EncryptedColumn] {
        model.collections.flatMap { collection in
            collection.fields.compactMap { $0.encryptedColumn(of: collection.name) }
        }
    }

    private func rotateIndexKey(_ ring: KeyRing, in store: SQLiteStore, of model: Model)
        async throws
    {
        let columns = encryptedColumns(of: model)
        let rotation = IndexRotation(ring: ring, store: store, columns: columns)
        let report = try await rotation.run(now: EngineClock.system.now())
        Console.write(
            "index    \(report.key)  \(Console.count(report.moved, "digest")) made anew"
        )
        tell(report.damaged)
    }

    private func tell(_ damaged: [String: Int]) {
        for (column, count) in damaged.sorted(by: { $0.key < $1.key }) {
            Console.note(
                "\(Console.count(count, "value")) of \(column) cannot be opened, and is left"
            )
        }
    }

    private func rotateSigningKey(of identity: IdentityService?) async throws {
        guard let identity else { return }
        try await identity.rotateKeys(isImmediate: now)
        Console.write("signing  \(identity.keys.summaries.first?.id ?? "")")
    }

    private func rotateMasterKey(_ ring: KeyRing, in store: SQLiteStore, _ path: String)
        async throws
    {
        let source = MasterKeySource(
            directory: path,
            environment: ProcessInfo.processInfo.environment
        )
        if source.isOwnFile, newKeyFile == nil {
            let count = try await source.changeOwnFile(ring, in: store)
            Console.write("master   \(Console.count(count, "key")) wrapped anew")
            return
        }
        guard let newKeyFile else {
            throw CommandError(
                "the master key comes from a setting; name a file with the new one as --new-key-file"
            )
        }
        let next = try MasterKey(file: newKeyFile)
        let count = try await ring.rewrap(with: next, in: store)
        Console.write("master   \(Console.count(count, "key")) wrapped anew")
        Console.note("from now on start with the key in \"\(newKeyFile)\"")
    }

    private func rotateDataKey(_ ring: KeyRing, in store: SQLiteStore, of model: Model) async throws
    {
        let rotation = KeyRotation(
            ring: ring,
            store: store,
            columns: encryptedColumns(of: model),
            texts: model.accounts == nil ? [] : IdentityService.sealedTexts
        )
        let report = try await rotation.run(now: EngineClock.system.now())
        Console.write(
            "data     \(report.key)  \(Console.count(report.sealed, "value")) sealed anew"
        )
        tell(report.damaged)
    }
}
