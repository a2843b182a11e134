package import Engine
import ExpressionSQL
package import JSON
import ModelLanguage
import Storage

extension AuditKind {
    package static let accountUpgraded = AuditKind(rawValue: "account.upgraded")
}

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

    /// Gives the caller's anonymous account an address and a password.
    ///
    /// Its sessions end, and one with the password begins.
    ///
    /// - Throws: `rule.denied` if the account is no anonymous one, `account.email-taken`,
    ///   `validation.failed`.
    package func upgrade(
        _ caller: Caller,
        email: String,
        password: String,
        device: Device,
        isBrowser: Bool
    ) async throws(Problem) -> TokenPair {
        guard let account = caller.account, let state = try await self.account(account) else {
            throw Problem(.authenticationRequired, "nobody is signed in")
        }
        guard state.email == nil, state.password == nil else {
            throw Problem(.ruleDenied, "the account has an address already")
        }
        let new = try acceptable(password, email: email)
        let hash = try await hasher.hash(new)
        let upgrade = AnonymousUpgrade(service: self, hash: hash, device: device)
        let change = RecordChange(
            .update(id: account, ["email": .string(email)]),
            in: collection.name
        ) { transaction, id, now throws(StoreError) in
            try upgrade.perform(id, now: now, in: transaction)
        }
        _ = try await engine.perform(
            WriteOperation(change: .record(change), caller: owner(account))
        )
        try await endSessions(of: account, device: device)
        return try await openSession(
            account: account,
            methods: [.password],
            device: device,
            isBrowser: isBrowser
        )
    }

    /// The account itself, allowed to set its address whatever the model's rules say.
    private func owner(_ account: String) -> Caller {
        let permissions: Set = ["\(collection.name).update", "\(collection.name).read"]
        return Caller(
            account: account,
            category: CallerClass(role: nil, permissions: permissions),
            idempotencyScope: account
        )
    }
}

/// What an upgrade does beside the record's change.
private struct AnonymousUpgrade: Sendable {
    let service: IdentityService
    let hash: String
    let device: Device

    func perform(
        _ id: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        // Two at once: the later one finds a password.
        let state = try service.credentials.state(of: id, in: transaction)
        guard state?.password == nil else { throw .check("password") }
        try service.credentials.setPassword(hash, of: id, now: now, in: transaction)
        let entry = AuditEntry(.accountUpgraded, account: id, device: device)
        try service.audit.record(entry, now: now, in: transaction)
    }
}
