package import JSON
import Storage

/// A time during which somebody is signed in on one device.
///
/// Times are microseconds since 1970.
package struct Session: Sendable, Hashable {
    package let id: String
    package let account: String
    package let created: Int64
    /// When it was refreshed last.
    package var seen: Int64
    /// When its owner last proved who they are.
    package var authenticated: Int64
    /// When it ends however it is used.
    package let expires: Int64
    package var methods: [AuthenticationMethod]
    /// Whether a second factor or a passkey was used in it.
    package var hasSecondFactor: Bool
    /// Whether its tokens are cookies.
    package let isBrowser: Bool
    package var agent: String?
    package var address: String?
    package var tenant: String?
    /// The account of the operator who acts for its owner.
    package let impersonator: String?

    /// Whether its account has no credentials.
    var isAnonymous: Bool { methods == [.anonymous] }

    /// What its owner sees of it.
    package var json: JSONValue {
        [
            "id": .string(id),
            "created": .string(Instant.text(created)),
            "seen": .string(Instant.text(seen)),
            "authenticated": .string(Instant.text(authenticated)),
            "expires": .string(Instant.text(expires)),
            "methods": .array(methods.map { .string($0.rawValue) }),
            "mfa": .bool(hasSecondFactor),
            "browser": .bool(isBrowser),
            "agent": agent.map { .string($0) } ?? .null,
            "address": address.map { .string($0) } ?? .null,
            "tenant": tenant.map { .string($0) } ?? .null,
            "impersonated": .bool(impersonator != nil),
        ]
    }
}

extension Session {
    private static let names = [
        "id", "account", "created", "seen", "authenticated", "expires", "methods", "mfa",
        "browser", "agent", "address", "tenant", "impersonator",
    ]

    /// The columns that `init` reads, of the table under an alias.
    static func columns(of alias: String) -> String {
        names.map { "\(alias).\"\($0)\"" }.joined(separator: ", ")
    }

    init?(_ row: [SQLValue]) {
        guard row.count == Self.names.count, let id = row[0].text, let account = row[1].text,
            let created = row[2].integer, let seen = row[3].integer,
            let authenticated = row[4].integer, let expires = row[5].integer,
            let methods = row[6].text
        else { return nil }
        self.init(
            id: id,
            account: account,
            created: created,
            seen: seen,
            authenticated: authenticated,
            expires: expires,
            methods: methods.split(separator: " ").compactMap {
                AuthenticationMethod(rawValue: String($0))
            },
            hasSecondFactor: row[7].integer == 1,
            isBrowser: row[8].integer == 1,
            agent: row[9].text,
            address: row[10].text,
            tenant: row[11].text,
            impersonator: row[12].text
        )
    }
}
