import Engine
import JSON

/// What an access token says, in the names of RFC 9068.
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
    let role: String?
    /// The family of sessions that it comes from.
    let session: String

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
        if let role { members.append(.init("role", .string(role))) }
        return .object(members)
    }
}

extension AccessClaims {
    /// Nil unless each claim is there and of its type.
    init?(json: JSONValue) {
        guard let issuer = json["iss"]?.stringValue, let audience = json["aud"]?.stringValue,
            let subject = json["sub"]?.stringValue, isCanonicalUUID(subject),
            case .integer(let issuedAt) = json["iat"], case .integer(let expires) = json["exp"],
            let id = json["jti"]?.stringValue, let session = json["sid"]?.stringValue,
            json["nbf"] == nil
        else { return nil }
        let role = json["role"]
        guard role == nil || role?.stringValue != nil else { return nil }
        self.init(
            issuer: issuer,
            audience: audience,
            subject: subject,
            issuedAt: issuedAt,
            expires: expires,
            id: id,
            role: role?.stringValue,
            session: session
        )
    }
}
