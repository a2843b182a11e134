package import Engine
package import JSON
import ModelLanguage
import Storage

extension Throttle.Policy {
    /// Accounts that cost nothing to make, of one network: a school's or a carrier's has many people.
    static let anonymousSignUps = Throttle.Policy(free: 60, longest: 3_600)
}

// Accounts without credentials: somebody tries the app, and says who they are later, if at all.
extension IdentityService {
    /// Makes an account without an address and a password, and its only session.
    ///
    /// The collection's `create` rule says who may, as for every sign-up.
    ///
    /// - Throws: `validation.failed`, also for an address or a password, `auth.throttled` if too many
    ///   came from the network, or whatever the engine says of the record.
    package func signUpAnonymously(
        fields body: JSONValue,
        caller: Caller,
        device: Device,
        isBrowser: Bool
    ) async throws(Problem) -> TokenPair {
        for name in ["email", "password"] where body[name] != nil {
            throw Problem(
                validation: [
                    ValueError(
                        "field.unknown",
                        field: name,
                        "an anonymous account has no \(name)",
                        hint: "sign up instead"
                    )
                ]
            )
        }
        try await limit("anonymous", device.network ?? "unknown", policy: .anonymousSignUps)
        let (audit, address) = (audit, device)
        let change = RecordChange(.create(body), in: collection.name) {
            transaction,
            id,
            now throws(StoreError) in
            let entry = AuditEntry(.accountCreated, account: id, device: address)
            try audit.record(entry, now: now, in: transaction)
        }
        let answer = try await engine.perform(
            WriteOperation(change: .record(change), caller: caller)
        )
        return try await openSession(
            account: answer.id,
            methods: [.anonymous],
            device: device,
            isBrowser: isBrowser
        )
    }
}
