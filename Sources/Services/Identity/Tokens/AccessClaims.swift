import Engine
import JSON

/// What an access token says, in the names of RFC 9068 and RFC 8693.
///
/// Times are seconds since 1970.
struct AccessClaims: Sendable, Hashable {
    let issuer: String
    let audience: String
    /// The account.
    let subject: String
    let issuedAt: Int64
    let expires: Int64
    let id: String
    let session: String
    /// The role that an operator gave, or the first by rule.
    var role: String?
    /// All roles, where they are more than `role`.
    var roles: [String] = []
    var hasSecondFactor = false
    var isVerified = false
    var isAnonymous = false
    /// When its holder last proved who they are.
    var authenticated: Int64?
    var tenant: String?
    /// Who acts for the account (`act`).
    var actor: String?
    /// The key that the token was got for (`client_id`); where it is the subject, too, no account calls.
    var client: String?
    /// What a client's token is limited to (`scope`).
    var scopes: [String]?

    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("iss", .string(issuer)),
            .init("aud", .string(audience)),
            .init("sub", .string(subject)),
            .init("iat", .integer(issuedAt)),
            .init("exp", .integer(expires)),
            .init("jti", .string(id)),
            .init("sid", .string(session)),
        ]
        func add(_ name: String, _ value: JSONValue?) {
            if let value { members.append(.init(name, value)) }
        }
        add("role", role.map { .string($0) })
        add("roles", roles.isEmpty ? nil : .array(roles.map { .string($0) }))
        add("mfa", hasSecondFactor ? true : nil)
        add("verified", isVerified ? true : nil)
        add("anon", isAnonymous ? true : nil)
        add("auth_time", authenticated.map { .integer($0) })
        add("tenant", tenant.map { .string($0) })
        add("act", actor.map { ["sub": .string($0)] })
        add("client_id", client.map { .string($0) })
        add("scope", scopes.map { .string($0.joined(separator: " ")) })
        return .object(members)
    }
}

extension AccessClaims {
    /// Nil unless each claim is of its type, and those are there that every token has.
    init?(json: JSONValue) {
        guard let issuer = json["iss"]?.stringValue, let audience = json["aud"]?.stringValue,
            let subject = json["sub"]?.stringValue, isCanonicalUUID(subject),
            case .integer(let issuedAt) = json["iat"], case .integer(let expires) = json["exp"],
            let id = json["jti"]?.stringValue, let session = json["sid"]?.stringValue,
            json["nbf"] == nil
        else { return nil }
        self.init(
            issuer: issuer,
            audience: audience,
            subject: subject,
            issuedAt: issuedAt,
            expires: expires,
            id: id,
            session: session
        )
        guard readOptional(from: json) else { return nil }
    }

    /// Whether what is there of the others is of its type.
    private mutating func readOptional(from json: JSONValue) -> Bool {
        role = json["role"]?.stringValue
        tenant = json["tenant"]?.stringValue
        actor = json["act"]?["sub"]?.stringValue
        client = json["client_id"]?.stringValue
        scopes = json["scope"]?.stringValue?.split(separator: " ").map(String.init)
        hasSecondFactor = json["mfa"] == true
        isVerified = json["verified"] == true
        isAnonymous = json["anon"] == true
        if case .integer(let moment)? = json["auth_time"] { authenticated = moment }
        if case .array(let names)? = json["roles"] { roles = names.compactMap(\.stringValue) }
        func isRead(_ name: String, _ found: Bool) -> Bool { json[name] == nil || found }
        return isRead("role", role != nil) && isRead("tenant", tenant != nil)
            && isRead("client_id", client != nil) && isRead("scope", scopes != nil)
            && (client == nil) == (scopes == nil)
            && isRead("act", actor != nil) && isRead("mfa", hasSecondFactor)
            && isRead("verified", isVerified) && isRead("anon", isAnonymous)
            && isRead("auth_time", authenticated != nil) && isRead("roles", !roles.isEmpty)
    }
}
