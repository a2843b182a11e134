/// Collects what is wrong while a model is read.
///
/// Owned by one load, on one thread.
package final class Problems {
    /// More than this many help nobody.
    static let limit = 100

    let path: String
    private var diagnostics: Set<Diagnostic> = []
    package private(set) var hasErrors = false
    /// How many names may still be compared for hints, so that a file of mistakes takes no longer
    /// to read than a right one.
    private var comparisons = 1_000_000

    package init(path: String) {
        self.path = path
    }

    package func error(_ message: String, at place: Place, hint: String? = nil) {
        hasErrors = true
        add(Diagnostic(path: path, place: place, message: message, hint: hint))
    }

    package func warning(_ message: String, at place: Place, hint: String? = nil) {
        add(
            Diagnostic(path: path, place: place, message: message, hint: hint, severity: .warning)
        )
    }

    /// By place; what stands at the same place by its message, so that two loads answer the same.
    package var sorted: [Diagnostic] {
        let all = diagnostics.sorted { ($0.place, $0.message) < ($1.place, $1.message) }
        guard all.count > Self.limit, let last = all.last else { return all }
        let more = Diagnostic(
            path: path,
            place: last.place,
            message: "there are \(all.count - Self.limit + 1) more problems"
        )
        return all.prefix(Self.limit - 1) + [more]
    }

    /// A hint with the nearest of the known names.
    package func suggestion(for name: String, among known: some Swift.Collection<String>) -> String?
    {
        comparisons -= known.count
        guard comparisons > 0, !isFull else { return nil }
        return Spelling.nearest(to: name, in: known).map { "did you mean \"\($0)\"?" }
    }

    /// Whether there are more problems than are told, so that looking for more is idle.
    var isFull: Bool { diagnostics.count > Self.limit }

    private func add(_ diagnostic: Diagnostic) {
        diagnostics.insert(diagnostic)
    }
}
