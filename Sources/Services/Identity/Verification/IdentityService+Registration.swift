import Bytes
package import Engine
package import JSON
import Mail
import ModelLanguage
import Storage

extension TicketPurpose {
    /// A sign-up that waits for its address to be verified: the record and, where there are passwords,
    /// the password's hash.
    static let registration = TicketPurpose(rawValue: "registration")
}

/// What became of a sign-up.
package enum Registration: Sendable {
    case created(WriteAnswer)
    /// The account is there, and so is its first session.
    case entered(WriteAnswer, TokenPair)
    /// A mail is on its way, whoever has the address; with the code that it has goes the binding, which
    /// is for whoever signs up alone.
    case verificationSent(binding: String)
}

extension IdentityService {
    /// A day, in seconds.
    package static let verificationLifetime: Int64 = 24 * 60 * 60

    /// Makes an account from the body of a sign-up, or sends a mail that has to be answered first.
    ///
    /// With `verifyEmail` nobody can tell a taken address from a fresh one: both are checked, hashed
    /// and written alike, and its owner gets either the code or word that there is an account.
    ///
    /// An `invitation` among the members, the token of its mail, proves the address. Where there are no
    /// passwords it begins a session, too.
    ///
    /// - Throws: `rule.denied` where nobody could sign in to the account; `validation.failed`, `auth.invitation-required`, `auth.invalid-code`,
    ///   `auth.throttled`; `account.email-taken` unless addresses are verified; what else the engine
    ///   says of the record.
    package func register(
        _ body: JSONValue,
        caller: Caller,
        device: Device,
        idempotency: IdempotencyKey? = nil
    ) async throws(Problem) -> Registration {
        let accounts = collection.accounts
        let consents = try Consents(
            body["consents"],
            asked: accounts?.consents ?? [],
            at: engine.clock.now(),
            address: device.address
        )
        try allow("sign-up", device, .signUp)
        let body = body.without(["consents"])
        if let token = body["invitation"]?.stringValue {
            let answer = try await acceptInvitation(
                token,
                body: body.without(["invitation"]),
                consents: consents,
                caller: caller,
                device: device
            )
            guard !hasPasswords else { return .created(answer) }
            let tokens = try await openSession(
                account: answer.id,
                methods: [.email],
                device: device,
                isBrowser: false
            )
            return .entered(answer, tokens)
        }
        guard accounts?.signUp != .invited else {
            throw Problem(
                .invitationRequired,
                "only who is invited can sign up",
                hint: "follow the link of the invitation"
            )
        }
        guard accounts?.letsInByAddress == true else { throw .noWayIn(accounts) }
        guard accounts?.verifyEmail == true else {
            let answer = try await signUp(
                fields: body,
                caller: caller,
                idempotency: idempotency
            ) { [self] transaction, id, now throws(StoreError) in
                try record(consents, of: id, now: now, in: transaction)
            }
            return .created(answer)
        }
        return .verificationSent(
            binding: try await beginRegistration(
                body,
                consents: consents,
                caller: caller,
                device: device
            )
        )
    }

    func record(
        _ consents: Consents,
        of account: String,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        try consents.record(of: account, newID: { newID(at: now) }, in: transaction)
    }

    private func beginRegistration(
        _ body: JSONValue,
        consents: Consents,
        caller: Caller,
        device: Device
    ) async throws(Problem) -> String {
        let application = try await checkedApplication(body, caller: caller)
        let email = application.email
        try await limitMails(to: email, from: device)
        var hash = JSONValue.null
        if let password = application.password {
            hash = .string(try await hasher.hash(password))
        }
        let binding = TicketBinding.makeSecret()
        let ticket = try makeTicket(
            .registration,
            address: email,
            data: [
                "record": application.record, "hash": hash, "consents": consents.json,
                TicketBinding.member: .string(TicketBinding.digest(of: binding)),
            ],
            lifetime: Self.verificationLifetime,
            hasCode: true
        )
        let account = try await account(email: email)
        let draft =
            application.isTaken
            ? Correspondence.Draft(
                kind: .accountExists,
                recipient: email,
                account: account?.id,
                page: .home,
                expires: ticket.expires
            ) : verification(ticket, to: email, account: nil)
        let (tickets, correspondence, now) = (tickets, correspondence, engine.clock.now())
        try await transaction { transaction throws(StoreError) in
            // Others may have signed up with the address; who has it shows with the mail.
            try tickets.add(ticket, replacesOthers: false, in: transaction)
            try correspondence.send(draft, device: device, now: now, in: transaction)
        }
        mailer?.wake()
        return binding
    }

    func verification(
        _ ticket: IssuedTicket,
        to email: String,
        account: String?,
        isDecoy: Bool = false
    ) -> Correspondence.Draft {
        Correspondence.Draft(
            kind: .verify,
            recipient: email,
            account: account,
            page: .verify,
            token: ticket.token,
            code: ticket.code,
            values: [.hours: "\(Self.verificationLifetime / 3_600)"],
            expires: ticket.expires,
            isDecoy: isDecoy
        )
    }
}

// MARK: - Checking without keeping

extension IdentityService {
    /// A sign-up that nothing is wrong with, except that its address may be taken.
    private struct Application {
        let record: JSONValue
        let email: String
        let password: String?
        let isTaken: Bool
    }

    /// Has the engine make the record twice, and keep it neither time.
    ///
    /// Once with an address that nobody has: what is wrong with the other fields shows whether the
    /// real one is taken or not. Then with the real one.
    private func checkedApplication(
        _ body: JSONValue,
        caller: Caller
    ) async throws(Problem) -> Application {
        let candidate = candidate(body["password"], email: body["email"]?.stringValue)
        let record = body.without(["password"])
        let email: String
        do throws(Problem) {
            email = try checkedAddress(body["email"]?.stringValue ?? "")
        } catch {
            let refusal = await refusal(of: record, caller: caller, adding: candidate.errors)
            throw refusal.errors.isEmpty && refusal.code == .validationFailed ? error : refusal
        }
        guard candidate.errors.isEmpty else {
            let unknown = record.replacing(
                "email",
                with: .string(Self.addressOfNobody(like: email))
            )
            throw await refusal(of: unknown, caller: caller, adding: candidate.errors)
        }
        let unknown = record.replacing("email", with: .string(Self.addressOfNobody(like: email)))
        let flaw = await trial(of: unknown, caller: caller)
        let verdict = await trial(of: record, caller: caller)
        if let flaw { throw flaw }
        if let verdict, verdict.code != .emailTaken { throw verdict }
        return Application(
            record: record,
            email: email,
            password: candidate.password,
            isTaken: verdict != nil
        )
    }

    /// The problem with a record that is made and not kept; nil if there is none.
    private func trial(of record: JSONValue, caller: Caller) async -> Problem? {
        let verdict = CompanionVerdict()
        let operation = creation(of: record, caller: caller) { _, _, _ throws(StoreError) in
            verdict.refuse()
            throw .check("trial")
        }
        do throws(Problem) {
            _ = try await engine.perform(operation)
            return Problem(.internalError)
        } catch {
            return verdict.isRefused ? nil : error
        }
    }

    /// An address of the same domain, for rules that look at it, that nobody can have guessed.
    private static func addressOfNobody(like email: String) -> String {
        let domain = email.split(separator: "@").last ?? "example.com"
        return "nobody-\(Base64.url.encode([UInt8].random(count: 16)).lowercased())@\(domain)"
    }
}

extension Problem {
    /// A sign-up by an address that leads nowhere.
    fileprivate static func noWayIn(_ accounts: Accounts?) -> Problem {
        let provider = accounts?.providers.first?.name
        return Problem(
            .ruleDenied,
            "nobody could sign in to an account that has nothing but an address",
            hint: provider.map {
                "begin at \"oauth/\($0)\", and send the \"ticket\" that it leads to"
            }
                ?? "begin with an anonymous account"
        )
    }
}

extension JSONValue {
    func without(_ names: Set<String>) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { !names.contains($0.name) })
    }

    func replacing(_ name: String, with value: JSONValue) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.map { $0.name == name ? Member(name, value) : $0 })
    }
}
