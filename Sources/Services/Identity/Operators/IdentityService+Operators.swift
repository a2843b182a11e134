package import Engine
import ExpressionSQL
package import JSON
import ModelLanguage
import Storage

// What an operator does: from the command line, where no rule of the model stands in the way of it,
// or through the API, within rights.
extension IdentityService {
    /// Makes an account; its id.
    ///
    /// It has a password where the app has any, and there alone.
    ///
    /// `fields` are the other fields of the record, as an object; `role` is a role of the model.
    package func createAccount(
        email: String,
        password: String?,
        fields: JSONValue = [:],
        role: String? = nil
    ) async throws(Problem) -> String {
        try check(role: role)
        let candidate = candidate(password.map { .string($0) }, email: email)
        guard candidate.errors.isEmpty else { throw Problem(validation: candidate.errors) }
        guard case .object(let members) = fields else {
            throw Self.invalid([ValueError("field.type", at: "", "the fields have to be an object")]
            )
        }
        let others = members.filter { $0.name != "email" && $0.name != "password" }
        let record = JSONValue.object([JSONValue.Member("email", .string(email))] + others)
        let permissions: Set = ["\(collection.name).create", "\(collection.name).read"]
        let answer = try await create(
            record,
            password: candidate.password,
            role: role,
            caller: Caller(
                account: nil,
                category: CallerClass(role: nil, permissions: permissions),
                idempotencyScope: "operator"
            )
        )
        // An operator answers for the address.
        let (credentials, now) = (credentials, engine.clock.now())
        try await transaction { transaction throws(StoreError) in
            try credentials.setVerified(now, of: answer.id, now: now, in: transaction)
        }
        return answer.id
    }

    /// Gives an account another password, and ends all its sessions.
    package func resetPassword(email: String, password: String) async throws(Problem) {
        guard hasPasswords else { throw Self.invalid([.noPasswords]) }
        let password = try acceptable(password, email: email)
        let hash = try await hasher.hash(password)
        let (credentials, sessions, audit) = (credentials, sessions, audit)
        let (tickets, now) = (tickets, engine.clock.now())
        let ended = try await transaction { transaction throws(StoreError) -> [String]? in
            guard let account = try credentials.account(email: email, in: transaction) else {
                return nil
            }
            try credentials.setPassword(hash, of: account, now: now, in: transaction)
            try tickets.removeProofs(of: account, in: transaction)
            let entry = AuditEntry(.passwordReset, account: account, actor: Self.operatorName)
            try audit.record(entry, now: now, in: transaction)
            return try sessions.endAll(of: account, now: now, in: transaction)
        }
        guard let ended else { throw Self.unknownAccount }
        for session in ended { revocations.add(.session(session), at: now) }
    }

    /// Gives an account a role of the model, or none.
    ///
    /// Access tokens with the former role are void: clients refresh, and get the new one.
    package func setRole(email: String, role: String?) async throws(Problem) {
        guard let account = try await account(email: email) else { throw Self.unknownAccount }
        try await setRole(role, of: account.id)
    }

    /// Gives an account a role of the model, or none.
    ///
    /// Access tokens with the former role are void, and what it began in the name of others is over.
    /// `rights` are those of the operator who does it; without them it is the command line.
    ///
    /// - Throws: `validation.failed` for a role that the model does not have; `record.not-found`;
    ///   `rule.denied`.
    package func setRole(
        _ role: String?,
        of account: String,
        by rights: OperatorRights? = nil,
        device: Device = .unknown
    ) async throws(Problem) {
        try check(role: role)
        try rights?.mayGrant(role: role)
        let (credentials, sessions) = (credentials, sessions)
        let act = OperatorAct(
            kind: .roleChanged,
            details: ["role": role.map { .string($0) } ?? .null],
            rights: rights,
            device: device
        )
        try await change(account, act) { now, transaction throws(StoreError) in
            try credentials.setRole(role, of: account, now: now, in: transaction)
            return try sessions.endActing(account, now: now, in: transaction)
        }
    }

    /// Keeps an account from signing in, and ends its sessions, its access tokens, and what it began in
    /// the name of others.
    ///
    /// - Throws: `record.not-found`; `rule.denied`.
    package func suspend(
        _ account: String,
        by rights: OperatorRights? = nil,
        device: Device = .unknown
    ) async throws(Problem) {
        let (credentials, sessions, tickets) = (credentials, sessions, tickets)
        let act = OperatorAct(kind: .accountSuspended, rights: rights, device: device)
        try await change(account, act) { now, transaction throws(StoreError) in
            try credentials.setSuspended(now, of: account, now: now, in: transaction)
            try tickets.removeProofs(of: account, in: transaction)
            return try sessions.endAll(of: account, now: now, in: transaction)
        }
    }

    /// Lets a suspended account sign in again.
    ///
    /// - Throws: `record.not-found`; `rule.denied`.
    package func restore(
        _ account: String,
        by rights: OperatorRights? = nil,
        device: Device = .unknown
    ) async throws(Problem) {
        let credentials = credentials
        let act = OperatorAct(kind: .accountRestored, rights: rights, device: device)
        try await change(account, act) { now, transaction throws(StoreError) in
            try credentials.setSuspended(nil, of: account, now: now, in: transaction)
            return []
        }
    }

    /// Changes an account, with an entry of the audit log; its access tokens are void afterwards, those
    /// of its keys too.
    ///
    /// `body` answers which sessions it ended.
    private func change(
        _ account: String,
        _ act: OperatorAct,
        _ body:
            @escaping @Sendable (Int64, any WriteTransaction) throws(StoreError) -> [String]
    ) async throws(Problem) {
        let now = engine.clock.now()
        let outcome = try await transaction {
            [self] transaction throws(StoreError) -> Result<[String], Problem> in
            guard let state = try credentials.state(of: account, in: transaction) else {
                return .failure(Self.unknownAccount)
            }
            let refusal = try act.rights?.refusal(
                over: state,
                of: self,
                now: now,
                in: transaction
            )
            if let refusal { return .failure(refusal) }
            let ended = try body(now, transaction)
            try RevocationStatements().add(.account(account), now: now, in: transaction)
            try audit.record(act.entry(about: account), now: now, in: transaction)
            return .success(ended)
        }
        for session in try outcome.get() { revocations.add(.session(session), at: now) }
        revocations.add(.account(account), at: now)
    }

    /// The newest accounts first.
    package func listAccounts(limit: Int) async throws(Problem) -> [AccountSummary] {
        try await look { directory throws(StoreError) in
            try directory.summaries(limit: max(limit, 0))
        }
    }

    private func check(role: String?) throws(Problem) {
        let names = engine.model.roles.map(\.name)
        guard let role, !names.contains(role) else { return }
        let nearest = Spelling.nearest(to: role, in: names)
        throw Self.invalid([
            ValueError(
                "field.enum",
                field: "role",
                "\"\(role)\" is no role of the model",
                hint: nearest.map { "did you mean \"\($0)\"?" }
            )
        ])
    }

    /// Who did it, of what is done from the command line.
    static let operatorName = "operator"

    static let unknownAccount = Problem(.recordNotFound, "there is no such account")

    private static func invalid(_ errors: [ValueError]) -> Problem {
        Problem(.validationFailed, errors.first?.detail, hint: errors.first?.hint, errors: errors)
    }
}

/// Something that an operator does with an account.
private struct OperatorAct: Sendable {
    let kind: AuditKind
    var details: JSONValue?
    let rights: OperatorRights?
    let device: Device

    func entry(about account: String) -> AuditEntry {
        AuditEntry(
            kind,
            account: account,
            actor: rights?.account ?? IdentityService.operatorName,
            device: device,
            details: details
        )
    }
}
