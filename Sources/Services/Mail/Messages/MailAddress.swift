/// An address that can be written in a header and in a command, with nothing to escape.
package struct MailAddress: Sendable, Hashable {
    /// `local@domain`.
    package let address: String
    /// The display name; any text.
    package let name: String?

    /// Nil unless the address is `local@domain` of letters, digits and the marks of an atom
    /// (RFC 5322, 3.2.3), beyond ASCII of letters and digits alone (RFC 6532): no quotes, no spaces,
    /// no control characters, nothing invisible.
    package init?(_ address: String, name: String? = nil) {
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, address.utf8.count <= 254,
            (1...64).contains(parts[0].utf8.count), !parts[1].isEmpty,
            parts[0].unicodeScalars.allSatisfy({
                Self.isLetterOrDigit($0) || Self.atomMarks.contains($0)
            }),
            Self.isDomain(parts[1])
        else { return nil }
        self.address = address
        self.name = name
    }

    /// Reads `address` or `Name <address>`.
    package init?(mailbox: String) {
        guard mailbox.hasSuffix(">"), let open = mailbox.lastIndex(of: "<") else {
            self.init(mailbox)
            return
        }
        var name = mailbox[..<open]
        while name.last == " " { name.removeLast() }
        if name.count >= 2, name.hasPrefix("\""), name.hasSuffix("\"") {
            name = name.dropFirst().dropLast()
        }
        let address = mailbox[mailbox.index(after: open)...].dropLast()
        self.init(String(address), name: name.isEmpty ? nil : String(name))
    }

    var isASCII: Bool { address.utf8.allSatisfy { $0 < 0x80 } }

    package var domain: String { address.split(separator: "@").last.map(String.init) ?? "" }

    private static let atomMarks = Set(".!#$%&'*+/=?^_`{|}~-".unicodeScalars)

    private static func isDomain(_ domain: Substring) -> Bool {
        domain.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            guard let first = label.unicodeScalars.first, let last = label.unicodeScalars.last
            else { return false }
            return isLetterOrDigit(first) && isLetterOrDigit(last)
                && label.unicodeScalars.allSatisfy { isLetterOrDigit($0) || $0 == "-" }
        }
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.properties.isAlphabetic || ("0"..."9") ~= scalar }
        return switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .nonspacingMark, .spacingMark, .decimalNumber:
            true
        default: false
        }
    }
}
