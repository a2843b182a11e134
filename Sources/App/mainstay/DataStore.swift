import ArgumentParser
import Encryption
import Foundation
import ModelLanguage
import SQLite
import Storage

/// Where a command keeps or finds the data.
struct DataDirectory: ParsableArguments {
    @Option(help: "The directory of the database and the keys (default: data beside the model).")
    var data: String?

    func path(beside model: String) -> String {
        if let data = Setting.value(data, "DATA") { return data }
        return URL(filePath: model).deletingLastPathComponent().appending(path: "data").path
    }

    /// Opens the database for a tool that may work beside a running server.
    ///
    /// `cipher` is needed where records are written that have something to seal.
    func openForTool(
        beside model: String,
        cipher: (any ValueCipher)? = nil
    ) throws -> SQLiteStore {
        var options = SQLiteOptions()
        options.role = .tool
        options.cipher = cipher
        return try SQLiteStore(directory: path(beside: model), options: options)
    }
}

/// Brings a database to a model when a command starts.
enum StartMigration {
    /// Carries out what is safe; refuses what would lose data, and a database changed by hand.
    static func run(
        _ store: SQLiteStore,
        to model: Model,
        isAutomatic: Bool
    ) throws -> MigrationPlan {
        // What comes to be encrypted is sealed by the migration; the first keys are made by it.
        try store.keyRing?.attach(to: store)
        let plan = try store.planMigration(to: model)
        guard plan.drift.isEmpty else {
            throw CommandError(
                "the database was changed by hand since the last migration:\n"
                    + plan.drift.map { "  - \($0)" }.joined(separator: "\n")
                    + "\nundo that, or restore a backup"
            )
        }
        guard !plan.isEmpty else { return plan }
        guard plan.obstacles.isEmpty else {
            throw CommandError(
                "the data does not fit the model:\n\(plan.description)\n"
                    + "change the records as the steps marked x say, or undo the change of the model"
            )
        }
        guard plan.losses.isEmpty else {
            throw CommandError(
                "the change of the model would lose data:\n\(plan.description)\n"
                    + "if that is meant, run \"mainstay migrate apply --allow-data-loss\""
            )
        }
        guard isAutomatic || plan.baseline == 0 else {
            throw CommandError(
                "the database has to be migrated first:\n\(plan.description)\n"
                    + "run \"mainstay migrate apply\""
            )
        }
        try store.apply(plan)
        return plan
    }
}
