package import Engine
package import Identity
import JSON

/// `POST` of the accounts collection: its body has the record's fields beside the members of a
/// sign-up, which is why it is no endpoint of its own.
package enum SignUp {
    package static func answer(
        _ request: AccountRequest,
        _ identity: IdentityService
    ) async throws(Problem) -> AccountAnswer {
        // Somebody whom a provider has proved needs no password.
        if let ticket = request.body["ticket"]?.stringValue, case .object(let all) = request.body {
            let pair = try await identity.signUp(
                ticket: ticket,
                fields: .object(all.filter { $0.name != "ticket" }),
                device: request.device,
                caller: request.caller
            )
            return .tokens(pair, asCookies: pair.isBrowser, status: 201)
        }
        let registration = try await identity.register(
            request.body,
            caller: request.caller,
            device: request.device,
            idempotency: request.idempotency
        )
        switch registration {
        case .created(let answer): return .written(answer)
        case .entered(let answer, let pair):
            return .tokens(
                pair,
                asCookies: false,
                status: 201,
                also: [.init("account", .string(answer.id))]
            )
        case .verificationSent(let binding):
            return VerificationEndpoints.sent("verification-sent", binding)
        }
    }
}
