import ArgumentParser
import JSON
import ModelLanguage

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Tells every problem of a model as path:line:column; exits with 1 if there is one."
    )

    @OptionGroup var file: ModelFile
    @Flag(help: "Tell the problems as JSON.") var json = false

    func run() throws {
        do {
            let loaded = try file.load()
            if json {
                Console.write(Self.json(loaded.warnings).prettyDescription)
                return
            }
            for warning in loaded.warnings { Console.note(warning.description) }
            let model = loaded.model
            Console.write(
                "\(file.path): \(model.name) is fine: "
                    + [
                        Console.count(model.modules.count, "module"),
                        Console.count(model.collections.count, "collection"),
                        Console.count(model.views.count, "view"),
                    ].joined(separator: ", ")
            )
        } catch let error as InvalidModelFile {
            if json {
                Console.write(Self.json(error.diagnostics).prettyDescription)
            } else {
                Console.note(error.description)
            }
            throw ExitCode(1)
        }
    }

    private static func json(_ diagnostics: [Diagnostic]) -> JSONValue {
        .array(
            diagnostics.map { diagnostic in
                [
                    "path": .string(diagnostic.path),
                    "line": .integer(Int64(diagnostic.line)),
                    "column": .integer(Int64(diagnostic.column)),
                    "severity": .string("\(diagnostic.severity)"),
                    "message": .string(diagnostic.message),
                    "hint": diagnostic.hint.map { .string($0) } ?? .null,
                ]
            }
        )
    }
}
