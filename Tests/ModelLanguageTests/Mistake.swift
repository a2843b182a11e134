import ModelLanguage
import Testing

/// A model file with mistakes, and all that is said of it.
struct Mistake: Sendable, CustomTestStringConvertible {
    /// What the text stands in.
    enum Frame: Sendable {
        case file
        /// The body of the collection `things`, from line 6 on.
        case collection
        /// The fields of the collection `things`, from line 7 on.
        case fields
        /// The body of a view of the collection `things`, from line 9 on.
        case view
    }

    let title: String
    let frame: Frame
    let text: String
    let expected: String

    init(_ title: String, _ text: String, _ expected: String) {
        self.init(title, .file, text, expected)
    }

    init(_ title: String, _ frame: Frame, _ text: String, _ expected: String) {
        self.title = title
        self.frame = frame
        self.text = text
        self.expected = expected
    }

    var testDescription: String { title }

    var file: String {
        let head = "app: A\nmodules:\n  m:\n    collections:\n      things:\n"
        let fields = """
            title: string, rank: integer, tags: [string], owner: things, \
            due: { type: datetime, optional: true }
            """
        return switch frame {
        case .file: text
        case .collection: head + indented(by: 8)
        case .fields: head + "        fields:\n" + indented(by: 10)
        case .view:
            head + "        fields: { \(fields) }\n    views:\n      top:\n" + indented(by: 8)
        }
    }

    private func indented(by count: Int) -> String {
        let indentation = String(repeating: " ", count: count)
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : indentation + $0 }
            .joined(separator: "\n")
    }
}

/// What loading a text says: warnings of a model, or what is wrong with it.
func diagnostics(of text: String, path: String = "m") -> [Diagnostic] {
    do {
        return try ModelLoader.load(text.utf8, path: path).warnings
    } catch {
        return error.diagnostics
    }
}

func messages(of text: String) -> String {
    diagnostics(of: text).map(\.description).joined(separator: "\n")
}
