/// The form of a kind of name.
struct NamePattern {
    /// Anchored, in the words that JSON Schema and RE2 share.
    let pattern: String
    /// What messages say of it.
    let summary: String
    /// Which signs beside letters and digits may follow the first letter.
    private let signs: String
    private let allowsUppercase: Bool
    private let startsUppercase: Bool

    static let snake = NamePattern(
        pattern: "^[a-z][a-z0-9_]*$",
        summary: "small letters, digits and _, a letter first",
        signs: "_"
    )
    static let camel = NamePattern(
        pattern: "^[a-z][a-zA-Z0-9_]*$",
        summary: "letters, digits and _, a small letter first",
        signs: "_",
        allowsUppercase: true
    )
    static let kebab = NamePattern(
        pattern: "^[a-z][a-z0-9_-]*$",
        summary: "small letters, digits, - and _, a letter first",
        signs: "_-"
    )
    /// The name of what is consented to, which may hold a version.
    static let consent = NamePattern(
        pattern: "^[a-z][a-z0-9_.-]*$",
        summary: "small letters, digits, ., - and _, a letter first",
        signs: "_-."
    )
    /// One of the names that a permission joins by dots.
    static let permissionPart = NamePattern(
        pattern: "^[a-z][a-zA-Z0-9_-]*$",
        summary: "letters, digits, - and _, a small letter first",
        signs: "_-",
        allowsUppercase: true
    )
    static let app = NamePattern(
        pattern: "^[A-Za-z][A-Za-z0-9 _-]*$",
        summary: "letters, digits, spaces, - and _, a letter first",
        signs: " _-",
        allowsUppercase: true,
        startsUppercase: true
    )
    static let api = NamePattern(
        pattern: "^v[0-9]+$",
        summary: "v and a number, as in v1",
        signs: ""
    )

    /// Longer names are refused: they stand in paths, and in the names of indexes.
    static let maximumLength = 60

    private init(
        pattern: String,
        summary: String,
        signs: String,
        allowsUppercase: Bool = false,
        startsUppercase: Bool = false
    ) {
        self.pattern = pattern
        self.summary = summary
        self.signs = signs
        self.allowsUppercase = allowsUppercase
        self.startsUppercase = startsUppercase
    }

    func matches(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard let first = bytes.first, bytes.count <= Self.maximumLength else { return false }
        if pattern == Self.api.pattern {
            return first == UInt8(ascii: "v") && bytes.count > 1
                && bytes.dropFirst().allSatisfy(isDigit)
        }
        guard isLowercase(first) || (startsUppercase && isUppercase(first)) else { return false }
        return bytes.dropFirst().allSatisfy { byte in
            isLowercase(byte) || isDigit(byte) || signs.utf8.contains(byte)
                || (allowsUppercase && isUppercase(byte))
        }
    }

    /// The name written in this form, where that is easily done.
    func suggestion(for name: String) -> String? {
        if name.utf8.count > Self.maximumLength { return nil }
        var text = ""
        for character in name.unicodeScalars {
            let isPlain = character.isASCII && signs.unicodeScalars.contains(character)
            if ("A"..."Z").contains(character), !allowsUppercase {
                if !text.isEmpty, text.last?.isLetter == true, signs.contains("_") { text += "_" }
                text += String(character).lowercased()
            } else if character == "-" || character == " ", !isPlain {
                text += signs.contains("_") ? "_" : ""
            } else {
                text.unicodeScalars.append(character)
            }
        }
        if allowsUppercase, !startsUppercase, let first = text.first {
            text = first.lowercased() + text.dropFirst()
        }
        return text != name && matches(text) ? text : nil
    }

    private func isLowercase(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private func isUppercase(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
