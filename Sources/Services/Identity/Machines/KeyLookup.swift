import Engine
import ExpressionSQL
import ModelLanguage
import Storage

/// Finds a key by its digest, with what its account may do now: one indexed read.
struct KeyLookup: Sendable {
    struct Found: Sendable {
        let key: KeyRecord
        /// The account's role, or that of a service.
        let role: String?
        /// The roles that the model's rules grant the account.
        let rolesByRule: [String]
        /// Whether the account's address is verified.
        let isVerified: Bool
        /// The key's tenant, as long as there is one and its account belongs to it.
        let tenant: String?
    }

    private let statement: Statement
    private let rules: RoleRules

    init(model: Model, collection: Collection) throws(Problem) {
        rules = try RoleRules(model)
        let memberships = model.tenants.map { TenantMembership($0, accounts: collection) }
        let tenant = "k.\"tenant\""
        let holdsTenant = memberships.map { memberships in
            """
            CASE WHEN k."account" IS NULL THEN \(memberships.existence(of: tenant))
            ELSE \(memberships.membership(of: "k.\"account\"", in: tenant)) END
            """
        }
        statement = Statement(
            """
            SELECT \(KeyRecord.columns), a."id", c."role", c."suspended", c."verified",
            \(holdsTenant ?? "0")
            FROM "_api_keys" k LEFT JOIN "\(collection.name)" a ON a."id" = k."account"
            LEFT JOIN "_accounts" c ON c."id" = k."account" WHERE k."digest" = ?1
            """
        )
    }

    /// Nil if there is no such key, if it does not hold any more, or its account is suspended.
    func find(
        _ key: APIKey,
        now: Int64,
        on connection: any ReadConnection
    ) throws(Problem) -> Found? {
        let rows: [[SQLValue]]
        do throws(StoreError) {
            rows = try connection.rows(statement, [.blob(key.digest)])
        } catch {
            throw Problem(.overloaded, "keys cannot be looked up now", hint: "try again soon")
        }
        guard let row = rows.first, let record = KeyRecord(row), record.isValid(at: now) else {
            return nil
        }
        let account = Array(row.dropFirst(KeyRecord.columnCount))
        let tenant = account[4] == .integer(1) ? record.tenant : nil
        guard record.account != nil else {
            return Found(
                key: record,
                role: record.role,
                rolesByRule: [],
                isVerified: false,
                tenant: tenant
            )
        }
        guard account[0].text != nil, account[2].integer == nil else { return nil }
        let isVerified = account[3].integer != nil
        let caller = Caller(
            account: record.account,
            category: CallerClass(role: nil, permissions: []),
            idempotencyScope: "",
            tenant: tenant,
            session: SessionFacts(verified: isVerified)
        )
        let rolesByRule = try rules.roles(of: caller, now: now) {
            rule,
            parameters throws(StoreError) in
            try connection.rows(rule, parameters)
        }
        return Found(
            key: record,
            role: account[1].text,
            rolesByRule: rolesByRule,
            isVerified: isVerified,
            tenant: tenant
        )
    }
}

extension IdentityService {
    func makeKeyLookup() throws(Problem) -> KeyLookup {
        try KeyLookup(model: engine.model, collection: collection)
    }
}
