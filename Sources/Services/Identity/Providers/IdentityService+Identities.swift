package import Engine
import JSON
import ModelLanguage
import OpenIDConnect
import Storage

// An account's identities at providers: linked by its owner alone, never by an address that is the
// same.
extension IdentityService {
    private static let linkLifetime: Int64 = 120

    /// Begins to link an identity to an account; a ticket for `startProviderSignIn`.
    package func startLinking(
        _ start: ProviderStart,
        to account: String
    ) async throws(Problem) -> String {
        _ = try provider(start.provider)
        _ = try destination(start.redirectTo)
        try await checkMayLink(account)
        return try await issueTicket(
            .providerLink,
            account: account,
            data: start.json,
            lifetime: Self.linkLifetime
        ).token
    }

    /// Links the identity of a result, or of a ticket that `auth.link-required` came with, to an
    /// account.
    ///
    /// Throws `auth.invalid-code`, `auth.email-unverified` and `account.identity-taken`.
    package func linkIdentity(
        code: String?,
        ticket: String?,
        verifier: String?,
        binding: String?,
        to account: String,
        device: Device
    ) async throws(Problem) -> LinkedIdentity {
        try await checkMayLink(account)
        let result: ProviderResult
        if let code {
            let (found, meant) = try await self.result(code, verifier: verifier, binding: binding)
            // Somebody else's code, smuggled into this session, links nothing.
            guard meant == account else { throw .invalidCode }
            result = found
        } else {
            let proof = try await redeemTicket(token: ticket ?? "", purpose: .providerProof)
            guard let found = ProviderResult(json: proof.data) else { throw .invalidCode }
            result = found
        }
        guard result.identity.isEmailVerified else {
            throw Problem(
                .emailUnverified,
                "the provider does not vouch for your address there",
                hint: "verify your address at the provider"
            )
        }
        return try await link(result.identity, to: account, device: device)
    }

    /// An account whose address nobody has verified may be somebody's who waits for the address's
    /// owner: what is linked to it would stay theirs.
    private func checkMayLink(_ id: String) async throws(Problem) {
        guard let account = try await account(id) else { throw .noSuchAccount }
        guard account.email == nil || account.verified != nil else {
            throw Problem(
                .emailUnverified,
                "the account's address has not been verified",
                hint: "verify it first, with the code or link of a mail"
            )
        }
    }

    private func link(
        _ identity: ExternalIdentity,
        to account: String,
        device: Device
    ) async throws(Problem) -> LinkedIdentity {
        let (audit, now) = (audit, engine.clock.now())
        let linked = LinkedIdentity(id: newID(at: now), provider: identity.provider, created: now)
        let statements = IdentityStatements()
        let owner: String? = try await transaction { transaction throws(StoreError) in
            if let owner = try statements.account(
                provider: identity.provider,
                subject: identity.subject,
                in: transaction
            ) {
                return owner
            }
            try statements.link(
                (identity.provider, identity.subject),
                to: account,
                id: linked.id,
                now: now,
                in: transaction
            )
            let entry = AuditEntry(
                .identityLinked,
                account: account,
                device: device,
                details: ["provider": .string(identity.provider)]
            )
            try audit.record(entry, now: now, in: transaction)
            return nil
        }
        guard let owner else { return linked }
        guard owner == account else { throw .identityTaken }
        let all = try await identities(of: account)
        return all.first { $0.provider == identity.provider } ?? linked
    }

    /// An account's identities, the oldest first.
    package func identities(of account: String) async throws(Problem) -> [LinkedIdentity] {
        try await transaction { transaction throws(StoreError) in
            try IdentityStatements().identities(of: account, in: transaction)
        }
    }

    /// Unlinks an identity, unless its owner could not sign in any more.
    ///
    /// Throws `record.not-found` and `account.last-sign-in`.
    package func unlinkIdentity(
        _ id: String,
        of account: String,
        device: Device
    ) async throws(Problem) {
        let (service, now) = (self, engine.clock.now())
        let outcome = try await transaction { transaction throws(StoreError) in
            try service.unlink(id, of: account, device: device, now: now, in: transaction)
        }
        switch outcome {
        case .done: return
        case .unknown: throw Problem(.recordNotFound, "there is no such identity")
        case .last: throw .lastWayIn
        }
    }

    private enum Unlinking: Sendable {
        case done, unknown, last
    }

    private func unlink(
        _ id: String,
        of account: String,
        device: Device,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Unlinking {
        let statements = IdentityStatements()
        let all = try statements.identities(of: account, in: transaction)
        guard let identity = all.first(where: { $0.id == id }) else { return .unknown }
        guard try hasWayIn(account, without: id, in: transaction) else { return .last }
        _ = try statements.unlink(id, of: account, in: transaction)
        let entry = AuditEntry(
            .identityUnlinked,
            account: account,
            device: device,
            details: ["provider": .string(identity.provider)]
        )
        try audit.record(entry, now: now, in: transaction)
        return .done
    }
}

extension ProviderStart {
    var json: JSONValue {
        [
            "provider": .string(provider),
            "redirect_to": redirectTo.map { .string($0) } ?? .null,
            "browser": .bool(isBrowser),
            "challenge": codeChallenge.map { .string($0) } ?? .null,
        ]
    }

    init?(json: JSONValue) {
        guard let provider = json["provider"]?.stringValue,
            case .bool(let isBrowser) = json["browser"]
        else { return nil }
        self.init(
            provider: provider,
            redirectTo: json["redirect_to"]?.stringValue,
            isBrowser: isBrowser,
            codeChallenge: json["challenge"]?.stringValue
        )
    }
}
