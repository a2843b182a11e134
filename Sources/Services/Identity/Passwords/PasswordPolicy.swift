import Engine
import JSON

/// Which passwords people may choose: long ones that nobody tries first, whatever they consist of
/// (NIST SP 800-63B, 3.1.1).
enum PasswordPolicy {
    /// In code points.
    static let length = 8...128

    /// A password as it is hashed, and what is wrong with it.
    struct Candidate {
        let password: String
        let errors: [ValueError]
    }

    /// Checks the `password` of a sign-up's body.
    static func candidate(_ value: JSONValue?, email: String?, app: String) -> Candidate {
        switch value {
        case .string(let text): candidate(text, email: email, app: app)
        case nil: refused("field.required", "\"password\" is missing")
        case .some(let other):
            refused("field.type", "\"password\" has to be a string, not \(other.typeName)")
        }
    }

    static func candidate(_ text: String, email: String?, app: String) -> Candidate {
        // Nobody has to normalize a megabyte.
        guard text.utf8.count <= 64 * length.upperBound else { return tooLong }
        let password = prepared(text)
        let count = password.unicodeScalars.count
        if count < length.lowerBound {
            return refused(
                "field.too-short",
                "\"password\" has to have at least \(length.lowerBound) characters"
            )
        }
        if count > length.upperBound { return tooLong }
        if password.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return refused("field.format", "\"password\" must not hold control characters")
        }
        if isGuessable(password, email: email, app: app) {
            return refused(
                "field.guessable",
                "\"password\" is among the first that somebody would try",
                hint: "choose several words that do not belong together"
            )
        }
        return Candidate(password: password, errors: [])
    }

    /// Whether it is the address, the part of it before the @, the app's name, or a common one.
    private static func isGuessable(_ password: String, email: String?, app: String) -> Bool {
        let word = key(password)
        let address = email.map(key) ?? ""
        let mailbox = String(address.prefix { $0 != "@" })
        return [address, mailbox, key(app)].contains(word) || CommonPasswords.contains(password)
    }

    private static func key(_ text: String) -> String {
        text.lowercased().precomposed.filter { $0 != " " }
    }

    /// Whether a text could be somebody's password, so that it is worth comparing.
    static func isPlausible(_ text: String) -> Bool {
        // A code point has at most four bytes, and normalization at most trebles their number.
        text.utf8.count <= length.upperBound * 12
            && prepared(text).unicodeScalars.count <= length.upperBound
    }

    /// The text as keyboards that differ in it agree on (RFC 8265, 4.2, OpaqueString): each kind of
    /// space as U+0020, then normalization form C.
    static func prepared(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
        var prepared = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isSpace = scalar.properties.generalCategory == .spaceSeparator
            prepared.append(isSpace ? " " : scalar)
        }
        return String(prepared).precomposed
    }

    private static let tooLong = refused(
        "field.too-long",
        "\"password\" has to have at most \(length.upperBound) characters"
    )

    private static func refused(
        _ code: String,
        _ detail: String,
        hint: String? = nil
    ) -> Candidate {
        Candidate(
            password: "",
            errors: [ValueError(code, field: "password", detail, hint: hint)]
        )
    }
}
