import JSON

/// A mail to be written: what it says to whom, but not yet in which words.
package struct Letter: Sendable, Equatable {
    package let kind: MailKind
    /// The recipient's address.
    package let recipient: String
    /// Tags of RFC 5646, the most wanted first.
    package let languages: [String]
    package let values: [MailValue: String]
    /// Microseconds since 1970; after it the letter is of no use and is not sent.
    package let expires: Int64?
    /// The account that it is about, so that it goes when that one does; nil if there is none.
    package let account: String?
    /// Whether it is written and never sent.
    ///
    /// So that a request for an address that nobody has costs what it costs for any other.
    package let isDecoy: Bool

    package init(
        _ kind: MailKind,
        to recipient: String,
        languages: [String] = [],
        values: [MailValue: String],
        expires: Int64? = nil,
        account: String? = nil,
        isDecoy: Bool = false
    ) {
        self.kind = kind
        self.recipient = recipient
        self.languages = languages
        self.values = values
        self.expires = expires
        self.account = account
        self.isDecoy = isDecoy
    }
}

// MARK: - In the queue

extension Letter {
    /// What is sealed: everything but the kind.
    var payload: JSONValue {
        var members: [JSONValue.Member] = [
            .init("to", .string(recipient)),
            .init("decoy", .integer(isDecoy ? 1 : 0)),
            .init("languages", .array(languages.map { .string($0) })),
            .init(
                "values",
                .object(
                    values.sorted { $0.key.rawValue < $1.key.rawValue }
                        .map { .init($0.key.rawValue, .string($0.value)) }
                )
            ),
        ]
        if let account { members.append(.init("account", .string(account))) }
        if let expires { members.append(.init("expires", .integer(expires))) }
        return .object(members)
    }

    init?(kind: MailKind, payload: JSONValue) {
        guard let recipient = payload["to"]?.stringValue,
            case .array(let languages) = payload["languages"],
            case .object(let members) = payload["values"]
        else { return nil }
        var values: [MailValue: String] = [:]
        for member in members {
            guard let value = MailValue(rawValue: member.name) else { continue }
            values[value] = member.value.stringValue
        }
        var expires: Int64?
        if case .integer(let time) = payload["expires"] { expires = time }
        self.init(
            kind,
            to: recipient,
            languages: languages.compactMap(\.stringValue),
            values: values,
            expires: expires,
            account: payload["account"]?.stringValue,
            isDecoy: payload["decoy"] == .integer(1)
        )
    }
}
