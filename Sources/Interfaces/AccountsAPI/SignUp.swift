package import Engine
package import Identity

/// `POST` of the accounts collection: its body has the record's fields beside the members of a
/// sign-up, which is why it is no endpoint of its own.
package enum SignUp {
    package static func answer(
        _ request: AccountRequest,
        _ identity: IdentityService
    ) async throws(Problem) -> AccountAnswer {
        .written(
            try await identity.signUp(
                fields: request.body,
                caller: request.caller,
                idempotency: request.idempotency
            )
        )
    }
}
