/// What is wrong with a setting of mails; never holds a part of the password.
package struct MailSettingError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

extension SMTPSettings {
    /// Reads `smtp://user:password@host:587` or `smtps://…:465`.
    ///
    /// `smtp:` means STARTTLS, except for a server on this machine. Query parameters:
    /// `tls=starttls` or `tls=none` say it outright, `ca=FILE` names the authorities to trust.
    /// User and password are percent-encoded.
    ///
    /// - Throws: `MailSettingError` in words for an operator.
    package init(url: String) throws(MailSettingError) {
        let parts = try Self.split(url)
        let (host, port) = try Self.endpoint(parts.endpoint, isImplicit: parts.isImplicit)
        var security: Security? = parts.isImplicit ? .implicitTLS : nil
        var trusted: String?
        for parameter in parts.query.split(separator: "&") {
            let pair = parameter.split(separator: "=", maxSplits: 1).map(String.init)
            switch (pair.first, pair.count == 2 ? Self.decoded(pair[1]) : nil) {
            case ("tls", "starttls") where !parts.isImplicit: security = .startTLS
            case ("tls", "none") where !parts.isImplicit: security = Security.none
            case ("ca", .some(let file)): trusted = file
            default:
                throw MailSettingError(
                    "the address of the SMTP server has a query parameter that is unknown; there "
                        + "are tls=starttls, tls=none (with smtp:) and ca=FILE"
                )
            }
        }
        let plain = SMTPSettings(host: host, port: port, security: .none)
        let chosen = security ?? (plain.isLoopback ? .none : .startTLS)
        guard parts.credentials == nil || chosen != .none || plain.isLoopback else {
            throw MailSettingError(
                "the SMTP server would be told the password in the clear; leave out tls=none, or "
                    + "leave out user and password"
            )
        }
        self.init(
            host: host,
            port: port,
            security: chosen,
            credentials: parts.credentials,
            trustedCertificates: trusted
        )
    }

    private struct Parts {
        let isImplicit: Bool
        let credentials: Credentials?
        let endpoint: String
        let query: String
    }

    private static func split(_ url: String) throws(MailSettingError) -> Parts {
        let isImplicit = url.hasPrefix("smtps://")
        guard isImplicit || url.hasPrefix("smtp://") else {
            throw MailSettingError(
                "the SMTP server is given as smtp://user:password@host:587 or smtps://…:465"
            )
        }
        let rest = url.dropFirst(isImplicit ? 8 : 7)
        let pieces = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var authority = pieces[0]
        while authority.hasSuffix("/") { authority.removeLast() }
        var credentials: Credentials?
        if let at = authority.lastIndex(of: "@") {
            credentials = try self.credentials(authority[..<at])
            authority = authority[authority.index(after: at)...]
        }
        return Parts(
            isImplicit: isImplicit,
            credentials: credentials,
            endpoint: String(authority),
            query: pieces.count == 2 ? String(pieces[1]) : ""
        )
    }

    private static func credentials(
        _ text: Substring
    ) throws(MailSettingError) -> Credentials {
        let pair = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, let username = decoded(String(pair[0])),
            let password = decoded(String(pair[1])), !username.isEmpty, !password.isEmpty,
            !username.utf8.contains(0), !password.utf8.contains(0)
        else {
            throw MailSettingError(
                "user and password of the SMTP server are given as user:password before the @, "
                    + "percent-encoded where they hold : @ / ? or %"
            )
        }
        return Credentials(username: username, password: password)
    }

    private static func endpoint(
        _ text: String,
        isImplicit: Bool
    ) throws(MailSettingError) -> (host: String, port: Int) {
        var host = Substring(text)
        var port: Substring?
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            port = rest.hasPrefix(":") ? rest.dropFirst() : rest.isEmpty ? nil : rest
        } else if let colon = text.lastIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        let number = port.map { Int($0) } ?? (isImplicit ? 465 : 587)
        guard !host.isEmpty, host.utf8.count <= 253,
            host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !refusedInHost.contains($0) })
        else { throw MailSettingError("the host of the SMTP server is no host name") }
        guard let number, (1...65_535).contains(number) else {
            throw MailSettingError("the port of the SMTP server has to be from 1 to 65535")
        }
        return (String(host), number)
    }

    private static let refusedInHost = Set("/@?#%\\\"<>".utf8)

    /// A percent-encoded text; nil if it is none.
    private static func decoded(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var source = Array(text.utf8)[...]
        while let byte = source.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = source.popFirst().flatMap(hexValue),
                let low = source.popFirst().flatMap(hexValue)
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}
