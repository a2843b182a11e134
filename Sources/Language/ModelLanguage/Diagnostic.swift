/// A place in a model file, counted from one; columns are Unicode code points.
package struct Place: Hashable, Sendable, Comparable {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (left: Place, right: Place) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// One thing that is wrong, or doubtful, in a model file.
package struct Diagnostic: Hashable, Sendable {
    package enum Severity: String, Sendable {
        case error
        /// The model loads; what stands there is probably not what was meant.
        case warning
    }

    package let path: String
    package let place: Place
    /// What is wrong, with the name in quotes.
    package let message: String
    /// What to do about it.
    package let hint: String?
    package let severity: Severity

    package var line: Int { place.line }
    package var column: Int { place.column }

    package init(
        path: String,
        place: Place,
        message: String,
        hint: String? = nil,
        severity: Severity = .error
    ) {
        self.path = path
        self.place = place
        self.message = message
        self.hint = hint
        self.severity = severity
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `mainstay.yaml:12:9: error: …`, and the hint indented on a line of its own.
    package var description: String {
        let first = "\(path):\(line):\(column): \(severity.rawValue): \(message)"
        guard let hint else { return first }
        return first + "\n    hint: \(hint)"
    }
}

/// Why a text is no model: everything that is wrong with it, in the order of the file.
package struct InvalidModel: Error, Equatable, CustomStringConvertible {
    /// Never empty; warnings are among them.
    package let diagnostics: [Diagnostic]

    package init(diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
    }

    package var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}
