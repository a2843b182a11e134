/// Text with placeholders `{{name}}`; there is nothing else, so that a template cannot fail.
struct TemplateText: Sendable, Equatable {
    enum Format: Sendable {
        case plain
        /// Values are escaped, so that they are text wherever they stand, in attributes too.
        case html
    }

    struct Flaw: Error, Equatable {
        /// From 1.
        let line: Int
        let description: String
    }

    private enum Piece: Equatable {
        case literal(String)
        case value(MailValue)
    }

    private let pieces: [Piece]
    private let format: Format

    /// Reads a template; `firstLine` is the number of its first line in its file.
    init(
        _ source: some StringProtocol,
        format: Format,
        values: Set<MailValue>,
        firstLine: Int = 1
    ) throws(Flaw) {
        var pieces: [Piece] = []
        var line = firstLine
        var rest = source[...]
        while let open = rest.firstRange(of: "{{") {
            let literal = rest[..<open.lowerBound]
            line += Self.lines(in: literal)
            pieces.append(.literal(String(literal)))
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
                throw Flaw(line: line, description: "\"{{\" has no \"}}\" after it")
            }
            let name = String(rest[open.upperBound..<close.lowerBound].filter { $0 != " " })
            guard let value = MailValue(rawValue: name), values.contains(value) else {
                throw Self.unknown(name, values: values, line: line)
            }
            pieces.append(.value(value))
            rest = rest[close.upperBound...]
        }
        pieces.append(.literal(String(rest)))
        self.pieces = pieces
        self.format = format
    }

    private static func unknown(_ name: String, values: Set<MailValue>, line: Int) -> Flaw {
        let known = values.map(\.rawValue).sorted().joined(separator: ", ")
        let shown = name.prefix(40).filter { !$0.isNewline }
        return Flaw(
            line: line,
            description: "there is no \"\(shown)\" in this mail; there are \(known)"
        )
    }

    private static func lines(in text: some StringProtocol) -> Int {
        text.utf8.count { $0 == 0x0A }
    }

    /// The text with its values; one that is missing is empty.
    func rendered(_ values: [MailValue: String]) -> String {
        pieces.map { piece in
            switch piece {
            case .literal(let text): text
            case .value(let value): Self.safe(values[value] ?? "", format: format)
            }
        }.joined()
    }

    /// A value as one line without anything invisible that could reorder the text around it.
    private static func safe(_ value: String, format: Format) -> String {
        var text = ""
        for scalar in value.unicodeScalars.prefix(2_048) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: text += " "
            default: text.unicodeScalars.append(scalar)
            }
        }
        return format == .html ? escaped(text) : text
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
