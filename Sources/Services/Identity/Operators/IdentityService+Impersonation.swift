package import Engine

extension IdentityService {
    /// An access token with which an operator acts for an account; it is not refreshed.
    ///
    /// It is in the operator's own tenant, and in no other; of whoever reaches all tenants, in `tenant`,
    /// or in the account's only one.
    ///
    /// - Throws: `rule.denied`, `auth.suspended`, `record.not-found`.
    package func impersonate(
        _ account: String,
        by rights: OperatorRights,
        tenant: String? = nil,
        device: Device
    ) async throws(Problem) -> TokenPair {
        var opening = SessionOpening(account: account, methods: [], device: device)
        opening.tenant = try rights.tenant() ?? tenant
        opening.operator = rights
        // The refresh token is handed to nobody, so that the access token is all there is.
        guard let tokens = try await open(opening) else { throw Self.unknownAccount }
        return tokens
    }
}
