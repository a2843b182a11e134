import ArgumentParser
import Encryption
import Engine
import Foundation
import Identity
import JSON
import ModelLanguage
import SQLite
import Seeding
import Storage

struct Seed: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fills the database with believable records, for any model.",
        discussion: """
            The first account that it makes is demo@example.com. Where accounts have passwords, all have
            \(Seed.password).
            """
    )

    @OptionGroup var file: ModelFile
    @OptionGroup var directory: DataDirectory
    @Option(help: "How many accounts; the other collections follow from it.") var scale = 1_000
    @Option(help: "How many records of one collection, as posts=100000; can be repeated.")
    var count: [String] = []
    @Option(help: "Another number makes other records.") var seed: UInt64 = 1
    @Flag(help: "Add to a database that has records.") var add = false
    @Flag(help: "Tell the counts as JSON.") var json = false

    static let password = "password1234"

    func run() async throws {
        let model = try file.load().model
        let folder = directory.path(beside: file.path)
        let ring = try Secrets.ring(for: model, directory: folder)
        var options = SQLiteOptions()
        options.cipher = ring
        let store = try SQLiteStore(directory: folder, options: options)
        defer { store.close() }
        _ = try StartMigration.run(store, to: model, isAutomatic: true)
        try await ring?.load(from: store, makesKeys: true, now: EngineClock.system.now())
        let request = SeedRequest(
            scale: scale,
            counts: try counts(),
            passwordHash: model.accounts?.accounts?.hasPasswords == true ? try await hash() : nil,
            allowsExisting: add
        )
        let seeder = Seeder(model: model, store: store, seed: seed)
        let report = try await seeder.run(request) { progress in
            Console.note("\(progress.collection): \(progress.done) of \(progress.total)")
        }
        if json {
            let members = report.counts.map {
                JSONValue.Member($0.collection, .integer(Int64($0.count)))
            }
            Console.write(JSONValue.object(members).prettyDescription)
        } else {
            for count in report.counts { Console.write("\(count.collection): \(count.count)") }
        }
    }

    private func counts() throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for text in count {
            let parts = text.split(separator: "=")
            guard parts.count == 2, let number = Int(parts[1]) else {
                throw CommandError("--count has to be COLLECTION=NUMBER, not \"\(text)\"")
            }
            counts[String(parts[0])] = number
        }
        return counts
    }

    private func hash() async throws -> String {
        let hasher = PasswordHasher(parameters: .standard)
        return try await hasher.hash(Self.password)
    }
}
