package import Engine
import ExpressionSQL
package import JSON
import ModelLanguage
import Storage

// What an operator does from the command line. No rule of the model stands in the way of it.
extension IdentityService {
    /// Makes an account; its id.
    ///
    /// `fields` are the other fields of the record, as an object; `role` is a role of the model.
    package func createAccount(
        email: String,
        password: String,
        fields: JSONValue = [:],
        role: String? = nil
    ) async throws(Problem) -> String {
        try check(role: role)
        let candidate = PasswordPolicy.candidate(password, email: email)
        guard candidate.errors.isEmpty else { throw Self.invalid(candidate.errors) }
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
        return answer.id
    }

    /// Gives an account another password, and ends all its sessions.
    package func resetPassword(email: String, password: String) async throws(Problem) {
        let candidate = PasswordPolicy.candidate(password, email: email)
        guard candidate.errors.isEmpty else { throw Self.invalid(candidate.errors) }
        let hash = try await hasher.hash(candidate.password)
        let (credentials, sessions, now) = (credentials, sessions, engine.clock.now())
        let isThere = try await transaction { transaction throws(StoreError) in
            guard let account = try credentials.account(email: email, in: transaction) else {
                return false
            }
            try credentials.setPassword(hash, of: account, now: now, in: transaction)
            _ = try sessions.endAll(of: account, now: now, in: transaction)
            return true
        }
        guard isThere else { throw Self.unknownAccount }
    }

    /// Gives an account a role of the model, or none.
    ///
    /// It shows at the account's next refresh.
    package func setRole(email: String, role: String?) async throws(Problem) {
        try check(role: role)
        let (credentials, now) = (credentials, engine.clock.now())
        let isThere = try await transaction { transaction throws(StoreError) in
            guard let account = try credentials.account(email: email, in: transaction) else {
                return false
            }
            return try credentials.setRole(role, of: account, now: now, in: transaction)
        }
        guard isThere else { throw Self.unknownAccount }
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

    private static let unknownAccount = Problem(
        .recordNotFound,
        "there is no account with this address and a password"
    )

    private static func invalid(_ errors: [ValueError]) -> Problem {
        Problem(.validationFailed, errors.first?.detail, hint: errors.first?.hint, errors: errors)
    }
}
