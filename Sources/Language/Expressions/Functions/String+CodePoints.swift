extension String {
    /// The byte at which a code point starts; the text's end if there are fewer.
    func utf8Offset(ofScalar position: Int) -> Int {
        let scalars = unicodeScalars
        let index = scalars.index(scalars.startIndex, offsetBy: position, limitedBy: endIndex)
        return utf8.distance(from: utf8.startIndex, to: index ?? endIndex)
    }

    /// The byte at which a code point starts; the end counts as one.
    func checkedOffset(of position: Int64) throws(EvaluationError) -> Int {
        let scalars = unicodeScalars
        guard position >= 0, let distance = Int(exactly: position),
            let index = scalars.index(scalars.startIndex, offsetBy: distance, limitedBy: endIndex)
        else { throw EvaluationError(.outOfRange, "the index is out of range") }
        return utf8.distance(from: utf8.startIndex, to: index)
    }

    func scalarCount(beforeByte offset: Int) -> Int {
        // Bytes that go on with a code point do not count.
        utf8.prefix(offset).count { $0 & 0xC0 != 0x80 }
    }

    func unicodeScalars(fromByte offset: Int) -> Substring.UnicodeScalarView {
        unicodeScalars[utf8.index(utf8.startIndex, offsetBy: offset)...]
    }

    func mapUTF8(_ transform: (UInt8) -> UInt8) -> String {
        String(decoding: utf8.map(transform), as: UTF8.self)
    }

    /// Without Unicode's white space at both ends.
    var trimmingSpace: String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }

    /// What stands before, between and behind the first occurrences of a separator.
    ///
    /// An empty one occurs around each code point.
    func pieces(around separator: String, limit: Int) -> [String] {
        let bytes = Array(utf8)
        let width = separator.utf8.count
        var matches = TextSearch(separator.utf8)
            .matches(in: bytes, limit: width == 0 ? Int.max : limit)
        if width == 0 {
            matches = matches.filter { $0 == bytes.count || bytes[$0] & 0xC0 != 0x80 }
            matches = Array(matches.prefix(limit))
        }
        var pieces: [String] = []
        var start = 0
        for match in matches {
            pieces.append(String(decoding: bytes[start..<match], as: UTF8.self))
            start = match + width
        }
        pieces.append(String(decoding: bytes[start...], as: UTF8.self))
        return pieces
    }

    /// In double quotes, with what cannot be seen escaped.
    var quoted: String {
        var result = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\u{07}": result += "\\a"
            case "\u{08}": result += "\\b"
            case "\u{0C}": result += "\\f"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0B}": result += "\\v"
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

/// Text that is put together of pieces, and may not grow without bound.
struct BoundedText {
    /// In UTF-8 bytes.
    static let limit = 4_000_000

    private(set) var text = ""

    mutating func append(_ piece: String) throws(EvaluationError) {
        guard text.utf8.count + piece.utf8.count <= Self.limit else {
            throw EvaluationError(
                .costLimitExceeded,
                "cost limit exceeded: the text is longer than \(Self.limit) bytes"
            )
        }
        text += piece
    }
}
