import ArgumentParser
import ExpressionSQL
import Foundation
import ModelLanguage

/// The model that a command works on.
struct ModelFile: ParsableArguments {
    @Argument(help: "The model file.", completion: .file(extensions: ["yaml"]))
    var model: String?

    /// Where the model is: the argument, `MAINSTAY_MODEL`, or `mainstay.yaml` here.
    var path: String {
        let path = Setting.value(model, "MODEL") ?? "mainstay.yaml"
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
            isDirectory.boolValue
        {
            return path + (path.hasSuffix("/") ? "" : "/") + "mainstay.yaml"
        }
        return path
    }

    /// Loads the model and makes sure that all its expressions can be compiled into SQL.
    ///
    /// - Throws: All problems, as text for people.
    func load() throws -> ModelLoader.Loaded {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw CommandError(
                "there is no file \"\(path)\"; name the model, or make a project with"
                    + " \"mainstay new DIR\""
            )
        }
        let loaded: ModelLoader.Loaded
        do {
            loaded = try ModelLoader.load(bytes, path: path)
        } catch {
            throw InvalidModelFile(diagnostics: error.diagnostics, path: path)
        }
        let problems = ModelSQLCheck.problems(in: loaded.model)
        guard problems.isEmpty else {
            throw InvalidModelFile(
                diagnostics: problems.map { problem in
                    Diagnostic(
                        path: path,
                        place: loaded.places.place(
                            of: problem.place,
                            offset: problem.error.offset
                        )
                            ?? Place(line: 1, column: 1),
                        message: "\(problem.place): \(problem.error.message)",
                        hint: problem.error.hint,
                        severity: .error
                    )
                },
                path: path
            )
        }
        return loaded
    }
}

/// A model that cannot be used, with everything that is wrong with it.
struct InvalidModelFile: Error, CustomStringConvertible {
    let diagnostics: [Diagnostic]
    let path: String

    var description: String {
        let count = diagnostics.count == 1 ? "1 problem" : "\(diagnostics.count) problems"
        return diagnostics.map(\.description).joined(separator: "\n")
            + "\n\(count) in \(path)"
    }
}
