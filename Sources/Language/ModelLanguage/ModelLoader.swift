/// Reads a model file.
///
/// ```swift
/// let loaded = try ModelLoader.load(bytes, path: "mainstay.yaml")
/// loaded.model.collection("posts")
/// ```
///
/// A file goes through four steps, each of which reports all that it finds: text to nodes
/// (`YAMLReader`), nodes to drafts (`DraftReader`: which keys, which shapes), names (`Names`: what
/// there is, and what may be seen from where), and the model itself (`ModelBuilder`: constraints,
/// counters, expressions). The last two run whenever there are drafts at all, so that one load
/// tells everything that is wrong.
package enum ModelLoader {
    /// A model, and what is doubtful in it.
    package struct Loaded: Sendable {
        package let model: Model
        package let warnings: [Diagnostic]
        package let places: ExpressionPlaces
    }

    /// Reads a model out of YAML text.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, at most 1 MiB of it.
    ///   - path: What messages call the file.
    /// - Returns: The model, and what is doubtful in it.
    /// - Throws: All problems at once, at most 100.
    package static func load(
        _ bytes: some Sequence<UInt8>,
        path: String
    ) throws(InvalidModel) -> Loaded {
        let problems = Problems(path: path)
        let file = file(Array(bytes), problems: problems)
        guard let file, !problems.hasErrors else {
            throw InvalidModel(diagnostics: problems.sorted)
        }
        return Loaded(model: file.model, warnings: problems.sorted, places: file.places)
    }

    /// Nil if there is nothing to make a model of; with errors the model may be incomplete.
    private static func file(
        _ bytes: [UInt8],
        problems: Problems
    ) -> (model: Model, places: ExpressionPlaces)? {
        guard let source = SourceText(bytes, problems: problems) else { return nil }
        guard let root = YAMLReader.read(source, problems: problems) else {
            if !problems.hasErrors {
                problems.error(
                    "the file is empty",
                    at: Place(line: 1, column: 1),
                    hint: "start with \"app: \" and a name"
                )
            }
            return nil
        }
        guard var draft = DraftReader(problems: problems).app(root) else { return nil }
        SharesExpansion.expand(&draft, problems: problems)
        guard ModelLimits.allow(draft, problems: problems) else { return nil }
        let names = Names(draft, problems: problems)
        let builder = ModelBuilder(draft: draft, names: names, source: source, problems: problems)
        return (builder.model(), ExpressionPlaces(draft, source: source))
    }
}
