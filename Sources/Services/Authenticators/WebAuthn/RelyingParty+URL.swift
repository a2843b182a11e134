/// Why passkeys cannot work with what an operator has set.
package enum RelyingPartyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// No https origin, and no http origin of this machine.
    case invalidOrigin(String)
    /// The domain is neither that of the origin nor one that it is below.
    case foreignOrigin(String, domain: String)

    package var description: String {
        switch self {
        case .invalidOrigin(let origin):
            "\"\(origin)\" is no origin that passkeys work at: it has to be https://HOST, "
                + "http://localhost, or android:apk-key-hash:…, with a name for a host"
        case .foreignOrigin(let origin, let domain):
            "\"\(origin)\" is not at the domain of the passkeys, \"\(domain)\", or below it"
        }
    }
}

extension RelyingParty {
    /// The relying party of an app at `publicURL`.
    ///
    /// `domain` is what credentials are bound to, where pages of several hosts use them: one that
    /// all of them are below; the public URL's host, if it is nil. `origins` are further ones whose
    /// pages, or apps, use the credentials.
    package init(
        publicURL: String,
        domain: String? = nil,
        origins: [String] = [],
        name: String
    ) throws(RelyingPartyError) {
        let own = try WebOrigin(publicURL)
        let domain = domain?.lowercased() ?? own.host
        var all: Set<String> = []
        for text in [publicURL] + origins {
            // An app signed by its maker has an origin of its own (FIDO's Android key hash).
            if text.hasPrefix("android:apk-key-hash:") {
                all.insert(text)
                continue
            }
            let origin = try WebOrigin(text)
            guard origin.host == domain || origin.host.hasSuffix("." + domain) else {
                throw .foreignOrigin(text, domain: domain)
            }
            all.insert(origin.text)
        }
        self.init(id: domain, name: name, origins: all)
    }
}

/// The origin of a URL (RFC 6454, 4), as browsers write it.
struct WebOrigin {
    let host: String
    let text: String

    /// A path after it is passed over.
    init(_ url: String) throws(RelyingPartyError) {
        let isSecure = url.hasPrefix("https://")
        guard isSecure || url.hasPrefix("http://") else { throw .invalidOrigin(url) }
        let rest = url.dropFirst(isSecure ? 8 : 7)
        let authority = rest.prefix { !"/?#".contains($0) }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count) else { throw .invalidOrigin(url) }
        host = parts[0].lowercased()
        let isLocal = host == "localhost" || host.hasSuffix(".localhost")
        guard Self.isName(host), isSecure || isLocal else { throw .invalidOrigin(url) }
        var text = (isSecure ? "https://" : "http://") + host
        if parts.count == 2 {
            guard let port = UInt16(parts[1]) else { throw .invalidOrigin(url) }
            if port != (isSecure ? 443 : 80) { text += ":\(port)" }
        }
        self.text = text
    }

    /// Whether it is a name of letters, digits and hyphens; an address has no passkeys.
    private static func isName(_ host: String) -> Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let isPlain = labels.allSatisfy { label in
            !label.isEmpty
                && label.utf8.allSatisfy { byte in
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                        || byte == UInt8(ascii: "-")
                }
        }
        return isPlain && labels.last.flatMap { Int($0) } == nil
    }
}
