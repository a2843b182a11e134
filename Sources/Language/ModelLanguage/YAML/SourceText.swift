/// A model file's text: valid UTF-8 of bounded size, without a byte order mark.
struct SourceText {
    let bytes: [UInt8]
    /// The text in code points, which is how libyaml counts.
    let scalars: [Unicode.Scalar]

    /// Nil if the bytes are refused; `problems` then says why.
    init?(_ bytes: [UInt8], limits: YAMLLimits = YAMLLimits(), problems: Problems) {
        guard bytes.count <= limits.size else {
            problems.error(
                "the file is larger than \(limits.size) bytes",
                at: Place(line: 1, column: 1)
            )
            return nil
        }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard let string = String(validating: text, as: UTF8.self) else {
            let place = Self.end(of: Self.validPrefix(of: text))
            problems.error("the file is not valid UTF-8", at: place)
            return nil
        }
        self.bytes = text
        scalars = Array(string.unicodeScalars)
        guard let control = scalars.firstIndex(where: Self.isControl) else { return }
        let code = String(scalars[control].value, radix: 16, uppercase: true)
        problems.error(
            "the control character U+\(String(repeating: "0", count: 4 - code.count))\(code)"
                + " stands in the file",
            at: Self.end(of: scalars[..<control])
        )
        return nil
    }

    /// The start of the text up to its first malformed sequence.
    private static func validPrefix(of bytes: [UInt8]) -> ArraySlice<Unicode.Scalar> {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var scalars: [Unicode.Scalar] = []
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            scalars.append(scalar)
        }
        return scalars[...]
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        (scalar.value < 0x20 && scalar != "\n" && scalar != "\r" && scalar != "\t")
            || (0x7F...0x9F).contains(scalar.value)
            // Line ends to some readers and not to others.
            || scalar.value == 0x2028 || scalar.value == 0x2029 || scalar.value == 0xFEFF
    }

    private static func end(of scalars: ArraySlice<Unicode.Scalar>) -> Place {
        var line = 1
        var column = 1
        for scalar in scalars {
            column += 1
            if scalar == "\n" {
                line += 1
                column = 1
            }
        }
        return Place(line: line, column: column)
    }

    /// Whether a tab is among the white space that the line of this index starts with.
    func hasTab(before index: Int) -> Bool {
        let head = scalars[..<min(index, scalars.count)]
        let lineStart = head.lastIndex(of: "\n").map { $0 + 1 } ?? 0
        return scalars[lineStart...].prefix { $0 == " " || $0 == "\t" }.contains("\t")
    }
}
