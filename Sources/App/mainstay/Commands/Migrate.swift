import ArgumentParser
import JSON
import ModelLanguage
import SQLite
import Storage

struct Migrate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compares the model with the database, and changes the database to fit.",
        subcommands: [MigratePlan.self, MigrateApply.self]
    )
}

struct MigratePlan: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Shows what would change, and what would lose data."
    )

    @OptionGroup var file: ModelFile
    @OptionGroup var directory: DataDirectory
    @Flag(help: "Show the plan as JSON.") var json = false

    func run() throws {
        let model = try file.load().model
        let store = try directory.openForTool(beside: file.path, model: model)
        defer { store.close() }
        let plan = try store.planMigration(to: model)
        Console.write(json ? plan.json.prettyDescription : plan.description)
    }
}

struct MigrateApply: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Carries the plan out in one transaction."
    )

    @OptionGroup var file: ModelFile
    @OptionGroup var directory: DataDirectory
    @Flag(help: "Carry out steps that lose data too.") var allowDataLoss = false

    func run() throws {
        let model = try file.load().model
        // Not beside a running server: its statements name columns that may be gone afterwards.
        let store = try SQLiteStore.open(directory.path(beside: file.path), for: model)
        defer { store.close() }
        let plan = try store.planMigration(to: model)
        Console.note(plan.description)
        guard !plan.isEmpty else { return }
        do {
            try store.apply(plan, allowDataLoss: allowDataLoss)
        } catch .losesData {
            throw CommandError(
                "nothing was changed, because this loses data; if that is meant, add"
                    + " --allow-data-loss"
            )
        }
        Console.write("migrated: \(Console.count(plan.steps.count, "step"))")
    }
}
