import Foundation

/// Where people and other services reach this server: the issuer of its tokens, and what links in
/// mails begin with.
struct PublicURL: Sendable {
    /// Without a slash at its end.
    let text: String
    /// Scheme, host and port, as browsers write it in `Origin`.
    let origin: String

    /// - Throws: `CommandError` if the text is no `http` or `https` URL of a host.
    init(_ text: String) throws {
        guard let url = URLComponents(string: text), let scheme = url.scheme?.lowercased(),
            scheme == "https" || scheme == "http", let host = url.host?.lowercased(), !host.isEmpty,
            url.user == nil, url.query == nil, url.fragment == nil
        else {
            throw CommandError(
                "MAINSTAY_PUBLIC_URL (--public-url) has to be a URL such as https://api.example.com,"
                    + " not \"\(text)\""
            )
        }
        let standard = scheme == "https" ? 443 : 80
        let port = url.port.flatMap { $0 == standard ? nil : ":\($0)" } ?? ""
        origin = "\(scheme)://\(host)\(port)"
        self.text = origin + url.path.trimmingSuffix("/")
    }
}

extension String {
    fileprivate func trimmingSuffix(_ character: Character) -> String {
        var text = self
        while text.last == character { text.removeLast() }
        return text
    }
}
