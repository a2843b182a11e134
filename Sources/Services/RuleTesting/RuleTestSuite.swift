package import ModelLanguage

/// The rule tests of a model, read and checked: what `RuleTestRunner` runs.
package struct RuleTestSuite: Sendable {
    package let files: [RuleTestFile]

    /// Reads files; each has its path, as messages call it, and its bytes, at most 1 MiB.
    ///
    /// - Throws: All that is wrong in any of them, with places and hints.
    package init(
        files: [(path: String, bytes: [UInt8])],
        model: Model
    ) throws(InvalidModel) {
        var read: [RuleTestFile] = []
        var diagnostics: [Diagnostic] = []
        for file in files {
            let problems = Problems(path: file.path)
            var reader = RuleTestReader(
                file.bytes,
                path: file.path,
                model: model,
                problems: problems
            )
            if let file = reader?.file() { read.append(file) }
            diagnostics += problems.sorted
        }
        guard diagnostics.isEmpty else { throw InvalidModel(diagnostics: diagnostics) }
        self.files = read
    }

    /// How many tests there are.
    package var count: Int { files.reduce(0) { $0 + $1.tests.count } }

    package func names(containing part: String) -> [String] {
        files.flatMap(\.tests).map(\.name).filter { $0.localized(contains: part) }
    }
}

extension String {
    /// Whether the text occurs, in letters of any case.
    func localized(contains part: String) -> Bool {
        lowercased().contains(part.lowercased())
    }
}
