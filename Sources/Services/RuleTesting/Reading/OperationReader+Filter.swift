import Expressions
import ModelLanguage

extension OperationReader {
    /// The filter with `{ann}` in place of records' ids, if it is one; the ids are filled in when
    /// the test runs.
    func checkedFilter(_ filter: Phrase.Word, of source: String) -> String? {
        var isRight = true
        // A text of the same length stands for the id, so that mistakes are told where they are.
        let text = FilterText.replacing(filter.text) { alias in
            if names.record(anywhere: alias, at: filter.place) == nil { isRight = false }
            return "\"" + String(repeating: "x", count: alias.utf8.count) + "\""
        }
        let environments = ModelEnvironment(names.model)
        var environment: Environment?
        if let view = names.model.view(source) {
            environment = environments.environment(for: view)
        } else if let collection = names.model.collection(source) {
            environment = environments.environment(for: collection)
        }
        guard isRight, let environment else { return nil }
        do {
            _ = try environment.check(text, as: .bool)
            return filter.text
        } catch {
            for mistake in error.errors {
                let place = Place(
                    line: filter.place.line,
                    column: filter.place.column + mistake.offset
                )
                problems.error(mistake.message, at: place, hint: mistake.hint)
            }
            return nil
        }
    }
}

/// The references to records in a filter: `author == {ann}`.
enum FilterText {
    /// The text with each `{name}` replaced.
    static func replacing(_ text: String, by value: (String) -> String) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += rest[..<open]
            result += value(String(rest[rest.index(after: open)..<close]))
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
