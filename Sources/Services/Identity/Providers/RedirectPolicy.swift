import OpenIDConnect

/// Where people may be sent after a sign-in.
///
/// A page that takes any address is a way to make a link of this app lead to somebody else's (an
/// open redirect), here with a code in it. So an address is allowed if it is below one of those that
/// the operator names, in the same spelling, or on this app's own public address.
package struct RedirectPolicy: Sendable {
    /// `https://app.example/after/`, or `com.example.app:/signed-in` for a native app.
    private let prefixes: [String]
    /// The app's own address, without a slash at its end.
    private let home: String

    package init(home: String, prefixes: [String]) {
        self.home = home
        self.prefixes = [home + "/"] + prefixes
    }

    /// The address to go to, made absolute; nil if it is not allowed.
    package func destination(_ text: String?) -> String? {
        guard let text else { return home + "/" }
        guard text.utf8.count <= 1_024, Self.isPlain(text) else { return nil }
        if text.hasPrefix("/") { return text.hasPrefix("//") ? nil : home + text }
        return prefixes.contains { Self.isPrefix($0, of: text) } ? text : nil
    }

    /// Visible ASCII without what readers of addresses disagree about: backslashes, steps upwards and
    /// fragments.
    private static func isPlain(_ text: String) -> Bool {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x5C && $0 != 0x23 })
        else { return false }
        let path = text.lowercased().prefix { $0 != "?" }
        return !["/./", "/../", "%2e", "%2f", "%5c"].contains { path.contains($0) }
            && !path.hasSuffix("/..") && !path.hasSuffix("/.")
    }

    private static func isPrefix(_ prefix: String, of text: String) -> Bool {
        guard let allowed = OutboundURL(prefix, allowsPlain: true) else {
            // Another scheme belongs to an app on the person's device: the very address, or a query.
            return isOwnScheme(prefix) && (text == prefix || text.hasPrefix(prefix + "?"))
        }
        guard let url = OutboundURL(text, allowsPlain: true), url.origin == allowed.origin else {
            return false
        }
        let path = allowed.target.prefix { $0 != "?" }
        guard url.target.hasPrefix(path) else { return false }
        let rest = url.target.dropFirst(path.count)
        return path.hasSuffix("/") || rest.isEmpty || rest.hasPrefix("/") || rest.hasPrefix("?")
    }

    /// A scheme with a dot, as RFC 8252, 7.1, has them; never one that a browser runs or opens.
    private static func isOwnScheme(_ text: String) -> Bool {
        guard let end = text.firstIndex(of: ":") else { return false }
        return text[..<end].contains(".")
    }

    /// The address with members added to its query.
    static func adding(
        _ members: [(name: String, value: String)],
        to destination: String
    ) -> String {
        destination + (destination.contains("?") ? "&" : "?") + FormEncoding.encode(members)
    }
}
