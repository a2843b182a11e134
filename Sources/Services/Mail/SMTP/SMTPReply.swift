/// A server's reply: a code and the lines after it (RFC 5321, 4.2).
struct SMTPReply: Sendable, Equatable {
    let code: Int
    let lines: [String]

    var isPositive: Bool { (200..<300).contains(code) }

    /// The enhanced code (RFC 3463) at the start of the last line: "5.1.1".
    var enhancedCode: String? {
        guard let word = lines.last?.prefix(while: { $0 != " " }) else { return nil }
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 1, "245".contains(parts[0]),
            parts[1...].allSatisfy({ (1...3).contains($0.count) && $0.utf8.allSatisfy(isDigit) })
        else { return nil }
        return String(word)
    }
}

private func isDigit(_ byte: UInt8) -> Bool {
    (48...57).contains(byte)
}

/// Puts replies together from bytes as they come; bounded in line length and lines.
struct SMTPReplyParser {
    struct Violation: Error, Equatable {
        let description: String
    }

    /// RFC 5321, 4.5.3.1.5 allows 512; some servers say more.
    static let maximumLine = 2_048
    static let maximumLines = 128

    private var line: [UInt8] = []
    private var code: Int?
    private var lines: [String] = []
    private(set) var replies: [SMTPReply] = []

    /// Whether nothing is left that has come.
    var isEmpty: Bool { line.isEmpty && lines.isEmpty && code == nil && replies.isEmpty }

    mutating func takeReply() -> SMTPReply? {
        replies.isEmpty ? nil : replies.removeFirst()
    }

    mutating func append(_ bytes: some Sequence<UInt8>) throws(Violation) {
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                guard line.count < Self.maximumLine else { throw violation("a line too long") }
                line.append(byte)
                continue
            }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            try take(line)
            line.removeAll(keepingCapacity: true)
        }
    }

    private mutating func take(_ line: [UInt8]) throws(Violation) {
        guard line.count >= 3, line[..<3].allSatisfy(isDigit), (50...53).contains(line[0]) else {
            throw violation("a line without a code")
        }
        let number = line[..<3].reduce(0) { $0 * 10 + Int($1 - 48) }
        guard code == nil || code == number else { throw violation("two codes in one reply") }
        guard lines.count < Self.maximumLines else { throw violation("a reply of too many lines") }
        lines.append(String(decoding: line.dropFirst(4), as: UTF8.self))
        switch line.dropFirst(3).first {
        case UInt8(ascii: "-"):
            code = number
        case UInt8(ascii: " "), nil:
            guard replies.count < 2 else { throw violation("replies that nobody asked for") }
            replies.append(SMTPReply(code: number, lines: lines))
            lines = []
            code = nil
        default:
            throw violation("a line without a code")
        }
    }

    private func violation(_ description: String) -> Violation {
        Violation(description: description)
    }
}
