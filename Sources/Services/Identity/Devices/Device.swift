/// What a request tells of the device that it comes from; nothing of it is proof of anything.
package struct Device: Sendable, Hashable {
    /// The client's address as text, behind trusted proxies the one that they saw.
    package let address: String?
    /// The `User-Agent`, cut to `maximumAgentLength` bytes and without control characters.
    package let agent: String?
    /// Whether the client speaks TLS, to the server or to a trusted proxy.
    package let isSecure: Bool
    /// Cookies by name; where a name comes twice, it is missing, since one of them may be tossed.
    package let cookies: [String: String]
    /// The `Origin` of the page that asks (RFC 6454), where a browser tells it.
    package let origin: String?
    /// The `Accept-Language`, for mails.
    package let languages: String?

    package static let maximumAgentLength = 256

    package init(
        address: String? = nil,
        agent: String? = nil,
        isSecure: Bool = false,
        cookies: [String: String] = [:],
        origin: String? = nil,
        languages: String? = nil
    ) {
        self.address = address
        self.agent = agent
        self.isSecure = isSecure
        self.cookies = cookies
        self.origin = origin
        self.languages = languages
    }

    /// Nothing is known: operators' tools and tests.
    package static let unknown = Device()
}
