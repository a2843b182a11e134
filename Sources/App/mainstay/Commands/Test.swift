import ArgumentParser
import Engine
import Foundation
import JSON
import ModelLanguage
import RuleTesting
import SQLite
import Storage

struct Test: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the model's rule tests: who may do what, and who may not.",
        discussion: """
            The tests are the files tests/*.yaml beside the model, and mainstay.test.yaml. Exits with \
            1 if anything is not as they say, or if less of the rules is covered than --minimum.
            """
    )

    @OptionGroup var file: ModelFile
    @Option(help: "Run only the tests whose name has this in it.") var only: String?
    @Flag(help: "Tell which rules no test shows to be true, and to be false.") var coverage = false
    @Option(help: "The least coverage of rules, in percent.") var minimum: Int?
    @Flag(help: "Answer as JSON.") var json = false

    func validate() throws {
        if let minimum, !(0...100).contains(minimum) {
            throw ValidationError("--minimum is from 0 to 100")
        }
    }

    func run() async throws {
        let loaded = try file.load()
        let suite = try suite(for: loaded.model)
        let report = try await report(of: suite, for: loaded.model)
        guard !report.storeError else {
            throw CommandError("the temporary database failed")
        }
        if json {
            Console.write(report.json(loaded.places, model: file.path).prettyDescription)
        } else {
            show(report, loaded.places)
        }
        let isCovered = report.coverage.percentage >= minimum ?? 0
        if !isCovered, !json {
            Console.note("the rules are covered to less than \(minimum ?? 0) %")
        }
        if !report.isPassed || !isCovered { throw ExitCode.failure }
    }

    private func show(_ report: RuleTestReport, _ places: ExpressionPlaces) {
        if !report.failures.isEmpty {
            Console.note(report.failureText(places, model: file.path) + "\n")
        }
        if coverage { Console.write(report.coverage.text(places, model: file.path)) }
        Console.write(report.summary)
    }

    private func report(
        of suite: RuleTestSuite,
        for model: Model
    ) async throws -> RuleTestReport {
        if let only, suite.names(containing: only).isEmpty {
            throw CommandError("no test has \"\(only)\" in its name")
        }
        let store = try SQLiteStore.vanishing(isDurable: false)
        defer { store.close() }
        try store.apply(try store.planMigration(to: model))
        return try await RuleTestRunner(model: model, store: store).run(suite, only: only)
    }

    // MARK: Files

    private func suite(for model: Model) throws -> RuleTestSuite {
        let paths = try paths()
        guard !paths.isEmpty else {
            throw CommandError(
                "there are no rule tests; write tests/rules.yaml beside \"\(file.path)\""
            )
        }
        var files: [(path: String, bytes: [UInt8])] = []
        for path in paths {
            guard let bytes = FileManager.default.contents(atPath: path) else {
                throw CommandError("\"\(path)\" cannot be read")
            }
            files.append((path, [UInt8](bytes)))
        }
        do {
            return try RuleTestSuite(files: files, model: model)
        } catch {
            throw InvalidModelFile(diagnostics: error.diagnostics, path: "the rule tests")
        }
    }

    /// The files of tests beside the model, in alphabetical order.
    private func paths() throws -> [String] {
        let slash = file.path.lastIndex(of: "/")
        let folder = slash.map { String(file.path[...$0]) } ?? ""
        let manager = FileManager.default
        let hasFolder = manager.fileExists(atPath: folder + "tests")
        let names = hasFolder ? try manager.contentsOfDirectory(atPath: folder + "tests") : []
        let tests = names.filter { $0.hasSuffix(".yaml") }.sorted().map { "\(folder)tests/\($0)" }
        let single = folder + "mainstay.test.yaml"
        return (manager.fileExists(atPath: single) ? [single] : []) + tests
    }
}
