import Engine
import JSON

/// Which passwords people may choose: long ones, whatever they consist of (NIST SP 800-63B, 3.1.1).
enum PasswordPolicy {
    /// In code points.
    static let length = 8...128

    /// A password as it is hashed, and what is wrong with it.
    struct Candidate {
        let password: String
        let errors: [ValueError]
    }

    /// Checks the `password` of a sign-up's body.
    static func candidate(_ value: JSONValue?, email: String?) -> Candidate {
        switch value {
        case .string(let text): candidate(text, email: email)
        case nil: refused("field.required", "\"password\" is missing")
        case .some(let other):
            refused("field.type", "\"password\" has to be a string, not \(other.typeName)")
        }
    }

    static func candidate(_ text: String, email: String?) -> Candidate {
        let password = prepared(text)
        let count = password.unicodeScalars.count
        if count < length.lowerBound {
            return refused(
                "field.too-short",
                "\"password\" has to have at least \(length.lowerBound) characters"
            )
        }
        if count > length.upperBound {
            return refused(
                "field.too-long",
                "\"password\" has to have at most \(length.upperBound) characters"
            )
        }
        if password.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return refused("field.format", "\"password\" must not hold control characters")
        }
        if let email, password.lowercased() == email.lowercased() {
            return refused("field.format", "\"password\" must not be the e-mail address")
        }
        return Candidate(password: password, errors: [])
    }

    /// Whether a text could be somebody's password, so that it is worth comparing.
    static func isPlausible(_ text: String) -> Bool {
        // A code point has at most four bytes, so that nobody has to count a megabyte.
        text.utf8.count <= length.upperBound * 4 && text.unicodeScalars.count <= length.upperBound
    }

    /// The text with each kind of space as U+0020, since keyboards differ in it (RFC 8265, 4.2.2).
    static func prepared(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
        var prepared = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isSpace = scalar.properties.generalCategory == .spaceSeparator
            prepared.append(isSpace ? " " : scalar)
        }
        return String(prepared)
    }

    private static func refused(_ code: String, _ detail: String) -> Candidate {
        Candidate(password: "", errors: [ValueError(code, field: "password", detail)])
    }
}
