/// An address that this server may be told to call, read strictly: what it leaves out has been used
/// to make two readers see two hosts in one text.
package struct OutboundURL: Sendable, Hashable {
    package let isEncrypted: Bool
    /// In lower case; without the brackets of an IPv6 address.
    package let host: String
    package let port: Int
    /// The path with its query; starts with a slash.
    package let target: String

    /// In bytes.
    static let maximumLength = 2_048

    /// Nil unless the text is an absolute `https` address, or an `http` one where `allowsPlain`.
    ///
    /// User names, fragments, white space, backslashes, escapes in the host and letters beyond
    /// ASCII are refused.
    package init?(_ text: String, allowsPlain: Bool = false) {
        guard text.utf8.count <= Self.maximumLength,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !#"\"<>^`{|}#"#.utf8.contains($0) }
            )
        else { return nil }
        let rest: Substring
        if text.hasPrefix("https://") {
            isEncrypted = true
            rest = text.dropFirst(8)
        } else if allowsPlain, text.hasPrefix("http://") {
            isEncrypted = false
            rest = text.dropFirst(7)
        } else {
            return nil
        }
        let end = rest.firstIndex { "/?".contains($0) } ?? rest.endIndex
        guard let (host, port) = Self.authority(rest[..<end]) else { return nil }
        self.host = host
        self.port = port ?? (isEncrypted ? 443 : 80)
        let target = String(rest[end...])
        self.target = target.hasPrefix("/") ? target : "/" + target
    }

    private static func authority(_ text: Substring) -> (String, Int?)? {
        let host: Substring
        let rest: Substring
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text.dropFirst()[..<end]
            rest = text[text.index(after: end)...]
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." })
            else { return nil }
        } else {
            let end = text.firstIndex(of: ":") ?? text.endIndex
            host = text[..<end]
            rest = text[end...]
            guard isName(host) else { return nil }
        }
        if rest.isEmpty { return (host.lowercased(), nil) }
        let digits = rest.dropFirst()
        guard rest.hasPrefix(":"), digits.count <= 5, digits.allSatisfy(\.isWholeNumber),
            let port = Int(digits), (1...65_535).contains(port)
        else { return nil }
        return (host.lowercased(), port)
    }

    private static func isName(_ text: Substring) -> Bool {
        guard (1...253).contains(text.utf8.count) else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
        }
    }

    /// Where it leads, without the path.
    package var origin: String {
        let name = host.contains(":") ? "[\(host)]" : host
        let isUsual = port == (isEncrypted ? 443 : 80)
        return (isEncrypted ? "https://" : "http://") + name + (isUsual ? "" : ":\(port)")
    }

    /// The address, always written in the same way.
    package var text: String { origin + target }
}
