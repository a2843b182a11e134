import Authenticators
package import Engine
import JOSE
package import JSON
import ModelLanguage
import Storage

// Each ceremony answers a challenge, which is the secret of a ticket: so the challenge in an answer
// finds what it was given out for, and for whom, and is used up by being looked at.

extension TicketPurpose {
    /// A new passkey of the ticket's account.
    static let passkeyRegistration = TicketPurpose(rawValue: "passkey-registration")
    /// A sign-in by passkey alone, of whoever has one.
    static let passkeySignIn = TicketPurpose(rawValue: "passkey-sign-in")
    /// The second factor of one challenge of the ticket's account.
    static let passkeySecondFactor = TicketPurpose(rawValue: "passkey-second-factor")
    /// Somebody who is signed in proves again who they are.
    static let passkeyReauthentication = TicketPurpose(rawValue: "passkey-reauthentication")
}

extension IdentityService {
    /// Seconds that a person may take.
    private static let ceremonyLifetime: Int64 = 5 * 60

    /// Whether passkeys sign in by themselves, so that each has to verify its user.
    private var hasPasskeySignIn: Bool {
        collection.accounts?.signIn.contains(.passkey) == true
    }

    /// - Throws: `auth.invalid-passkey`, where the server's public URL is none that passkeys work at.
    private func relyingParty() throws(Problem) -> RelyingParty {
        guard let party = configuration.relyingParty else {
            throw Problem(
                .invalidPasskey,
                "this server has no public URL that passkeys work at",
                hint: "start it with --public-url https://… (or http://localhost:…)"
            )
        }
        return party
    }

    /// A ticket for a ceremony, and the challenge that it is.
    private func ceremony(
        _ purpose: TicketPurpose,
        account: String?,
        binding: String? = nil
    ) async throws(Problem) -> [UInt8] {
        let ticket = try await issueTicket(
            purpose,
            account: account,
            data: binding.map { .string($0) } ?? .null,
            lifetime: Self.ceremonyLifetime
        )
        guard let challenge = Tickets.secret(of: ticket.token) else {
            throw Problem(.internalError)
        }
        return challenge
    }

    /// Uses up what an answer's challenge was given out for.
    ///
    /// `binding` is what it has to have been given out with.
    private func redeemCeremony(
        _ challenge: [UInt8],
        _ purpose: TicketPurpose,
        account: String?,
        binding: String? = nil
    ) async throws(Problem) {
        let ticket = try await redeemTicket(
            token: Tickets.token(of: challenge),
            purpose: purpose
        )
        guard ticket.account == account, ticket.data.stringValue == binding else {
            throw .invalidCode
        }
    }

    // MARK: - Registration

    /// What a page passes to `navigator.credentials.create()`.
    package func passkeyCreationOptions(
        _ enroller: Enroller
    ) async throws(Problem) -> JSONValue {
        let enrolling = try await enrolling(enroller)
        let (account, party) = (enrolling.account, try relyingParty())
        let present = try await factors(of: account.id).compactMap(\.passkey)
        let options = CreationOptions(
            party: party,
            user: CreationOptions.User(
                handle: Self.userHandle(of: account.id),
                name: account.email ?? account.id,
                displayName: account.email ?? account.id
            ),
            challenge: try await ceremony(
                .passkeyRegistration,
                account: account.id,
                binding: enrolling.binding
            ),
            excluded: present,
            isDiscoverable: hasPasskeySignIn,
            verification: hasPasskeySignIn ? .required : .preferred,
            timeout: Self.ceremonyLifetime * 1000
        )
        return options.json
    }

    /// Keeps a passkey that a page has made.
    ///
    /// - Throws: `auth.invalid-passkey`, `auth.invalid-code` for a challenge that does not stand;
    ///   what `enrolling` and, for a challenge, `openSession` throw.
    package func registerPasskey(
        _ enroller: Enroller,
        credential: JSONValue,
        name: String?,
        device: Device
    ) async throws(Problem) -> FactorSetup {
        let enrolling = try await enrolling(enroller)
        let name = try Self.factorName(name, else: "Passkey")
        let (account, party) = (enrolling.account.id, try relyingParty())
        let response = try passkeyProblem { () throws(WebAuthnError) in
            try RegistrationResponse(credential)
        }
        let challenge = try passkeyProblem { () throws(WebAuthnError) in try response.challenge() }
        try await redeemCeremony(
            challenge,
            .passkeyRegistration,
            account: account,
            binding: enrolling.binding
        )
        let verifies = hasPasskeySignIn
        let passkey = try passkeyProblem { () throws(WebAuthnError) in
            try response.verify(
                challenge: challenge,
                for: party,
                requiresVerification: verifies
            )
        }
        let addition = FactorAddition(
            service: self,
            enrolling: enrolling,
            device: device,
            kind: .passkey,
            name: name,
            recoveryCodes: Self.newRecoveryCodes()
        )
        let now = engine.clock.now()
        let id = newID(at: now)
        let done = try await transaction { transaction throws(StoreError) in
            try addition.perform(now: now, in: transaction) { ledger throws(StoreError) in
                try ledger.add(
                    passkey,
                    id: id,
                    account: account,
                    name: name,
                    now: now,
                    in: transaction
                )
            }
        }
        switch done.refusal {
        case nil: break
        case .taken: throw Problem(.invalidPasskey, "this passkey is known already")
        case .some(let refusal): throw refusal.problem
        }
        return try await finish(addition, factor: id, madeCodes: done.madeCodes, method: .passkey)
    }

    // MARK: - Assertions

    /// What a page passes to `navigator.credentials.get()` to sign in.
    ///
    /// Without a challenge, any passkey will do, and it has to verify its user; with the challenge
    /// of a sign-in that waits for its second factor, any of that account.
    ///
    /// - Throws: `auth.throttled`, if the network asks too often; `auth.invalid-code` for a challenge
    ///   that does not stand.
    package func passkeyRequestOptions(
        challenge token: String?,
        device: Device
    ) async throws(Problem) -> JSONValue {
        let party = try relyingParty()
        try allow("passkey", device, .ceremony)
        guard let token else {
            return RequestOptions(
                party: party,
                challenge: try await ceremony(.passkeySignIn, account: nil),
                allowed: [],
                verification: .required,
                timeout: Self.ceremonyLifetime * 1000
            ).json
        }
        let challenge = try await challenge(token)
        return try await requestOptions(
            .passkeySecondFactor,
            of: challenge.account,
            binding: challenge.ticket.id
        )
    }

    /// What a page passes to `navigator.credentials.get()` to prove again who somebody is.
    package func passkeyRequestOptions(for caller: Caller) async throws(Problem) -> JSONValue {
        let account = try await ownAccount(of: caller)
        return try await requestOptions(
            .passkeyReauthentication,
            of: account.id,
            binding: caller.session.id
        )
    }

    private func requestOptions(
        _ purpose: TicketPurpose,
        of account: String,
        binding: String?
    ) async throws(Problem) -> JSONValue {
        let party = try relyingParty()
        return RequestOptions(
            party: party,
            challenge: try await ceremony(purpose, account: account, binding: binding),
            allowed: try await factors(of: account).compactMap(\.passkey),
            verification: .preferred,
            timeout: Self.ceremonyLifetime * 1000
        ).json
    }

    /// Begins a session by a passkey alone: two factors in one, since it verified its user.
    ///
    /// - Throws: `auth.invalid-passkey`, `auth.invalid-code` for a challenge that does not stand;
    ///   what `openSession` throws.
    package func signIn(
        passkey credential: JSONValue,
        device: Device,
        isBrowser: Bool
    ) async throws(Problem) -> TokenPair {
        let response = try passkeyProblem { () throws(WebAuthnError) in
            try AssertionResponse(credential)
        }
        guard response.userHandle != nil else {
            throw Problem(passkey: .malformedResponse)
        }
        let account = try await verify(
            response,
            .passkeySignIn,
            account: nil,
            binding: nil,
            requiresVerification: true,
            device: device
        )
        return try await openSession(
            account: account,
            methods: [.passkey],
            device: device,
            isBrowser: isBrowser
        )
    }

    /// Checks an assertion, and notes that it was made; the account that it is of.
    ///
    /// `account` is who may have made it; nil for anybody.
    func verify(
        _ response: AssertionResponse,
        _ purpose: TicketPurpose,
        account: String?,
        binding: String?,
        requiresVerification: Bool,
        device: Device
    ) async throws(Problem) -> String {
        let challenge = try passkeyProblem { () throws(WebAuthnError) in try response.challenge() }
        try await redeemCeremony(challenge, purpose, account: account, binding: binding)
        let party = try relyingParty()
        let id = response.credentialID
        let factor = try await look { directory throws(StoreError) in try directory.passkey(id) }
        guard let factor, let passkey = factor.passkey else {
            throw Problem(passkey: .unknownCredential)
        }
        guard account == nil || account == factor.account else {
            throw Problem(passkey: .wrongUser)
        }
        let outcome: AssertionResponse.Outcome
        do throws(WebAuthnError) {
            outcome = try response.verify(
                with: passkey,
                of: Self.userHandle(of: factor.account),
                challenge: challenge,
                for: party,
                requiresVerification: requiresVerification
            )
        } catch {
            try await record(passkeyFailure(error, of: factor, device: device))
            throw Problem(passkey: error)
        }
        let now = engine.clock.now()
        let isNoted = try await transaction { transaction throws(StoreError) in
            try FactorLedger().use(outcome, of: factor, now: now, in: transaction)
        }
        guard isNoted else { throw Problem(passkey: .counterWentBack) }
        return factor.account
    }

    private func passkeyFailure(
        _ error: WebAuthnError,
        of factor: Factor,
        device: Device
    ) -> AuditEntry {
        AuditEntry(
            .passkeyFailed,
            account: factor.account,
            device: device,
            details: ["factor": .string(factor.id), "reason": .string(error.explanation)]
        )
    }

    /// What an authenticator knows an account by: its id, which says nothing of the person.
    private static func userHandle(of account: String) -> [UInt8] { Array(account.utf8) }
}

extension IdentityService {
    /// What the library refuses, as a problem.
    func passkeyProblem<Value>(
        _ body: () throws(WebAuthnError) -> Value
    ) throws(Problem) -> Value {
        do throws(WebAuthnError) {
            return try body()
        } catch {
            throw Problem(passkey: error)
        }
    }
}

extension Problem {
    init(passkey error: WebAuthnError) {
        self.init(.invalidPasskey, error.explanation)
    }
}
