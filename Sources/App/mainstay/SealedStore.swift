import Encryption
import ModelLanguage
import SQLite
import Storage

extension SQLiteStore {
    /// Opens a database with the keys that seal what the model says; the first ones are made when
    /// it is migrated.
    static func open(
        _ directory: String,
        for model: Model,
        as role: SQLiteOptions.Role = .server
    ) throws -> SQLiteStore {
        var options = SQLiteOptions()
        options.role = role
        options.cipher = try Secrets.ring(for: model, directory: directory)
        let store = try SQLiteStore(directory: directory, options: options)
        try store.keyRing?.attach(to: store)
        return store
    }

    /// An empty store that vanishes, with keys that stand nowhere.
    static func vanishing(isDurable: Bool = true) throws -> SQLiteStore {
        var options = SQLiteOptions()
        options.isDurable = isDurable
        options.cipher = KeyRing.ephemeral()
        return try SQLiteStore.temporary(options: options)
    }

    /// The keys that it seals with; nil where the model seals nothing.
    var keyRing: KeyRing? { cipher as? KeyRing }
}

extension DataDirectory {
    /// Opens the database, with its keys, for a tool that may work beside a running server.
    func openForTool(beside path: String, model: Model) throws -> SQLiteStore {
        try SQLiteStore.open(self.path(beside: path), for: model, as: .tool)
    }
}
