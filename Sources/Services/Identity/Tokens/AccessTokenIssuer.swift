import Engine

/// Signs access tokens.
struct AccessTokenIssuer: Sendable {
    let format: AccessTokenFormat
    let issuer: String
    let audience: String
    /// Seconds.
    let lifetime: Int64

    /// A token that starts to stand `now`, in microseconds since 1970.
    func token(
        account: String,
        role: String?,
        session: String,
        now: Int64
    ) throws(Problem) -> String {
        let seconds = now / 1_000_000
        return try format.encode(
            AccessClaims(
                issuer: issuer,
                audience: audience,
                subject: account,
                issuedAt: seconds,
                expires: seconds + lifetime,
                id: Base64.encodeURL([UInt8].random(count: 16)),
                role: role,
                session: session
            )
        )
    }
}
