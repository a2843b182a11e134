extension SourceText {
    /// The place in the file of a UTF-8 offset into a scalar's text.
    ///
    /// Folding and indentation only add, drop or change white space, so the n-th other character of
    /// the text is the n-th other one of the source; in quotes an escape counts as one.
    func place(ofOffset offset: Int, in scalar: YAMLScalar, startingAt start: Place) -> Place {
        var cursor = Cursor(scalars: scalars, index: scalar.start, place: start)
        cursor.skipHead(scalar.style)
        let head = String(decoding: scalar.text.utf8.prefix(offset), as: UTF8.self)
        var whiteSpace = 0
        for character in head.unicodeScalars {
            if character.isWhiteSpace {
                whiteSpace += 1
            } else {
                cursor.skipWhiteSpace(scalar.style)
                cursor.skipCharacter(scalar.style)
                whiteSpace = 0
            }
        }
        let isAtText = scalar.text.unicodeScalars.dropFirst(head.unicodeScalars.count).first
        if let isAtText, !isAtText.isWhiteSpace {
            cursor.skipWhiteSpace(scalar.style)
        } else {
            for _ in 0..<whiteSpace { cursor.advance() }
        }
        return cursor.place
    }

    /// A position that moves through the source.
    private struct Cursor {
        let scalars: [Unicode.Scalar]
        var index: Int
        var place: Place

        var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

        mutating func advance() {
            guard let current else { return }
            index += 1
            place =
                current == "\n"
                ? Place(line: place.line + 1, column: 1)
                : Place(line: place.line, column: place.column + 1)
        }

        /// Skips the quote, or the line of a block scalar's `>-`.
        mutating func skipHead(_ style: YAMLScalar.Style) {
            switch style {
            case .plain: break
            case .singleQuoted, .doubleQuoted: advance()
            case .block: while let current, current != "\n" { advance() }
            }
        }

        /// Skips white space, in double quotes also that which is spelt by an escape.
        mutating func skipWhiteSpace(_ style: YAMLScalar.Style) {
            while let current {
                if style == .doubleQuoted, current == "\\", index + 1 < scalars.count,
                    scalars[index + 1].isWhiteSpace
                        || "nrt".unicodeScalars.contains(scalars[index + 1])
                {
                    advance()
                } else if !current.isWhiteSpace {
                    return
                }
                advance()
            }
        }

        /// Skips one character of the text, which an escape may spell.
        mutating func skipCharacter(_ style: YAMLScalar.Style) {
            let first = current
            advance()
            if style == .singleQuoted, first == "'" { advance() }
            guard style == .doubleQuoted, first == "\\" else { return }
            let escape = current
            advance()
            let digits =
                switch escape {
                case "x": 2
                case "u": 4
                case "U": 8
                default: 0
                }
            for _ in 0..<digits { advance() }
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isWhiteSpace: Bool {
        self == " " || self == "\t" || self == "\n" || self == "\r"
    }
}
