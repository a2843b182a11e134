/// A cookie of the host alone (RFC 6265bis, 4.1.3.2): no other host can set or read it, nor a script.
///
/// Browsers keep it over `https`, and over `http` on the machine itself.
package struct Cookie: Sendable, Hashable {
    package enum SameSite: String, Sendable {
        case lax = "Lax"
        case strict = "Strict"
        /// Sent with the form that a provider of another site posts back; never for sessions.
        case none = "None"
    }

    /// With its prefix `__Host-`.
    package let name: String
    package let value: String
    /// Seconds; 0 removes it, nil ends it with the browser.
    package let age: Int64?
    package let sameSite: SameSite

    private static let prefix = "__Host-mainstay-"

    /// `value` may hold letters, digits and `-._~`; what else is in it is dropped, so that no value can
    /// add an attribute or a header.
    package init(_ name: String, _ value: String, age: Int64?, sameSite: SameSite = .lax) {
        self.name = Self.prefix + Self.clean(name)
        self.value = Self.clean(value)
        self.age = age
        self.sameSite = sameSite
    }

    private static func clean(_ text: String) -> String {
        let allowed = text.utf8.filter { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || [45, 46, 95, 126].contains(byte)
        }
        return String(decoding: allowed, as: UTF8.self)
    }

    /// The value of `Set-Cookie`.
    package var header: String {
        let lifetime = age.map { "; Max-Age=\($0)" } ?? ""
        return
            "\(name)=\(value); Path=/\(lifetime); Secure; HttpOnly; SameSite=\(sameSite.rawValue)"
    }

    // MARK: The session's

    package static let accessName = prefix + "access"
    package static let refreshName = prefix + "refresh"

    static func access(_ token: String, age: Int64) -> Cookie {
        Cookie("access", token, age: age)
    }

    /// What shows later that the account was used on this device; it outlives the session.
    static func device(_ token: String) -> Cookie {
        Cookie("device", token, age: 365 * 86_400)
    }

    static func refresh(_ value: String, age: Int64) -> Cookie {
        Cookie("refresh", value, age: age)
    }
}
