import Bytes

/// Text in a header's value: folded, and encoded where it has to be (RFC 5322, RFC 2047).
///
/// Whatever the text, what comes out is printable ASCII and folds of CRLF and a space; so no value
/// can end its header or begin another.
enum HeaderText {
    /// The bytes in an encoded word, which then has at most 75 characters.
    private static let wordCapacity = 45
    private static let lineLength = 76

    /// An unstructured value, such as a subject.
    ///
    /// `used` is the length of the header's name with what follows it.
    static func unstructured(_ text: String, used: Int) -> String {
        let text = visible(text)
        return isPlain(text) ? folded(text, used: used) : encodedWords(text, used: used)
    }

    /// A mailbox: `Name <address>`.
    static func mailbox(_ address: MailAddress, used: Int) -> String {
        guard let name = address.name.map(visible), !name.isEmpty else { return address.address }
        let phrase =
            isPlain(name) && name.utf8.count < 50 ? quoted(name) : encodedWords(name, used: used)
        let last = phrase.split(separator: "\r\n").last.map(\.utf8.count) ?? 0
        let isLong = used + last + address.address.utf8.count + 3 > lineLength
        return "\(phrase)\(isLong ? "\r\n" : "") <\(address.address)>"
    }

    /// The text with each run of control characters and line ends as one space.
    private static func visible(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator:
                if let last = scalars.last, last != " " { scalars.append(" ") }
            default: scalars.append(scalar)
            }
        }
        while scalars.last == " " { scalars.removeLast() }
        return String(scalars)
    }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20..<0x7F).contains($0) } && !text.contains("=?")
            && !text.contains("  ")
            && text.split(separator: " ").allSatisfy { $0.utf8.count <= lineLength - 20 }
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\"\(escaped)\""
    }

    private static func folded(_ text: String, used: Int) -> String {
        var lines = ""
        var length = used
        for word in text.split(separator: " ") {
            if !lines.isEmpty {
                if length + 1 + word.utf8.count > lineLength {
                    lines += "\r\n"
                    length = 0
                }
                lines += " "
                length += 1
            }
            lines += word
            length += word.utf8.count
        }
        return lines
    }

    /// Encoded words of whole code points, one a line.
    private static func encodedWords(_ text: String, used: Int) -> String {
        var words: [[UInt8]] = [[]]
        // The first shares its line with the header's name.
        var capacity = max(9, min(wordCapacity, (lineLength - used - 12) / 4 * 3))
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if words[words.count - 1].count + bytes.count > capacity {
                words.append([])
                capacity = wordCapacity
            }
            words[words.count - 1] += bytes
        }
        return words.map { "=?utf-8?B?\(Base64.standard.encode($0))?=" }.joined(separator: "\r\n ")
    }
}
