package import Engine
import ExpressionSQL
package import ModelLanguage
import Storage

/// What an operator who calls may do with the accounts of others: nothing that would give more than
/// the operator has, and nothing beyond the operator's tenant.
///
/// In an app with tenants an operator reaches the accounts of the session's tenant, and of these the
/// ones that belong to no other tenant, too: to suspend one of those, or to act as it, would reach into
/// the others. Whoever has the permission `tenants.all` reaches every account.
package struct OperatorRights: Sendable {
    /// Whose accounts they are about.
    package enum Reach: Sendable, Hashable {
        case everywhere
        /// Accounts that belong to this tenant alone.
        case tenant(String)
        /// No account: the operator's session is in no tenant.
        case nowhere
    }

    /// The operator's own account.
    package let account: String
    package let reach: Reach
    private let permissions: Set<String>
    private let model: Model

    /// - Throws: `auth.required` if no account calls.
    package init(_ caller: Caller, in model: Model) throws(Problem) {
        guard let account = caller.account else {
            throw Problem(.authenticationRequired, "no account is signed in")
        }
        self.account = account
        self.model = model
        permissions = caller.category.permissions
        if model.tenants == nil || permissions.contains(Tenants.everyTenant) {
            reach = .everywhere
        } else {
            reach = caller.tenant.map { .tenant($0) } ?? .nowhere
        }
    }

    /// - Throws: `rule.denied` for an operator without the permission.
    package func require(_ permission: String) throws(Problem) {
        guard permissions.contains(permission) else {
            throw Problem(
                .ruleDenied,
                "this needs the permission \"\(permission)\"",
                hint: "an operator can grant a role that has it"
            )
        }
    }

    /// Whether the operator may give a role to something that stays within the operator's reach, such
    /// as a service's key.
    ///
    /// - Throws: `rule.denied` if the role has a permission that the operator lacks; nothing for a
    ///   role that the model does not have, which is refused where it is given.
    package func mayLend(role name: String) throws(Problem) {
        guard let role = model.role(name), !permissions.isSuperset(of: role.permissions) else {
            return
        }
        throw Problem(.ruleDenied, "the role has permissions that you do not have")
    }

    /// Whether the operator may give accounts a role, or none.
    ///
    /// Such a role holds in every tenant that the account ever belongs to.
    ///
    /// - Throws: `rule.denied`.
    package func mayGrant(role name: String?) throws(Problem) {
        guard reach == .everywhere else {
            throw Problem(
                .ruleDenied,
                "a role that is granted holds in every tenant",
                hint: "this needs the permission \"\(Tenants.everyTenant)\"; within a tenant, let"
                    + " a role's \"when\" ask for the membership"
            )
        }
        if let name { try mayLend(role: name) }
    }

    /// The tenant of what the operator makes or looks at; nil for whoever reaches all.
    ///
    /// - Throws: `rule.denied` for an operator who is in no tenant.
    package func tenant() throws(Problem) -> String? {
        switch reach {
        case .everywhere: nil
        case .tenant(let tenant): tenant
        case .nowhere: throw Self.isInNoTenant
        }
    }
}

// MARK: - Accounts of others

extension OperatorRights {
    /// Why the operator may do nothing with an account; nil if they may.
    ///
    /// To be asked in the transaction that does it, so that neither changes in between.
    func refusal(
        over subject: AccountState,
        of service: IdentityService,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Problem? {
        guard subject.id != account else {
            return Problem(.ruleDenied, "this is for the accounts of others")
        }
        let tenants = try service.memberships?.all(of: subject.id, in: transaction) ?? []
        let confinement = try confinement(to: tenants, of: service, in: transaction)
        if let confinement { return confinement }
        guard tenants.count <= TenantMembership.maximumCount else {
            return Problem(
                .ruleDenied,
                "the account belongs to too many tenants to be judged",
                hint: "use the command line"
            )
        }
        let category = CallerClass(
            granted: subject.role,
            byRule: try rolesByRule(
                of: subject,
                in: tenants,
                service: service,
                now: now,
                in: transaction
            ),
            in: model
        )
        guard permissions.isSuperset(of: category.permissions) else {
            return Problem(.ruleDenied, "the account has permissions that you do not have")
        }
        return nil
    }

    /// Why an account of these tenants is out of reach.
    private func confinement(
        to tenants: [String],
        of service: IdentityService,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Problem? {
        switch reach {
        case .everywhere: return nil
        case .nowhere: return Self.isInNoTenant
        case .tenant(let own):
            if let problem = try refusal(in: own, of: service, transaction) { return problem }
            guard tenants.contains(own) else { return IdentityService.unknownAccount }
            guard tenants == [own] else {
                return Problem(
                    .ruleDenied,
                    "the account belongs to other tenants, too",
                    hint: "end its membership of yours, or ask an operator who has the permission"
                        + " \"\(Tenants.everyTenant)\""
                )
            }
            return nil
        }
    }

    /// Why the operator may do nothing in a tenant, or beyond all of them; nil if they may.
    func refusal(
        in tenant: String?,
        of service: IdentityService,
        _ transaction: any WriteTransaction
    ) throws(StoreError) -> Problem? {
        switch reach {
        case .everywhere: return nil
        case .nowhere: return Self.isInNoTenant
        case .tenant(let own):
            // The token may be older than the end of the operator's own membership.
            guard let memberships = service.memberships,
                try memberships.isMember(account, of: own, in: transaction)
            else { return Self.isInNoTenant }
            guard tenant == own else {
                return Problem(.ruleDenied, "what is not of your tenant is beyond your reach")
            }
            return nil
        }
    }

    /// Every role that the model's rules give an account in any session of its own, or in one in which
    /// the operator acts for it.
    private func rolesByRule(
        of subject: AccountState,
        in tenants: [String],
        service: IdentityService,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Set<String> {
        let isVerified = subject.verified != nil
        let sessions = [
            SessionFacts(mfa: true, verified: isVerified, authenticated: now),
            SessionFacts(verified: isVerified, authenticated: now, impersonator: account),
        ]
        var roles: Set<String> = []
        for tenant in [nil] + tenants.map(Optional.some) {
            for session in sessions {
                let caller = Caller(
                    account: subject.id,
                    category: CallerClass(role: nil, permissions: []),
                    idempotencyScope: subject.id,
                    tenant: tenant,
                    session: session
                )
                roles.formUnion(try service.roles(of: caller, now: now, in: transaction))
            }
        }
        return roles
    }

    private static let isInNoTenant = Problem(
        .ruleDenied,
        "your session is in no tenant, so no account is in its reach",
        hint: "enter a tenant with POST …/auth/tenant; for the accounts of all tenants a role needs"
            + " the permission \"\(Tenants.everyTenant)\""
    )
}

extension IdentityService {
    /// The roles that the model's rules give a session's account, asked within a transaction.
    fileprivate func roles(
        of caller: Caller,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> [String] {
        do throws(Problem) {
            return try rules.roles(of: caller, now: now) {
                statement,
                parameters throws(StoreError) in
                try transaction.rows(statement, parameters)
            }
        } catch {
            throw .failed(code: 0, message: "the roles by rule cannot be asked for")
        }
    }
}
