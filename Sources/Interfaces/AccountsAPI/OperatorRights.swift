import Engine
import ExpressionSQL
import Identity
import ModelLanguage

extension AccountRequest {
    /// Makes sure that the caller has a permission.
    ///
    /// - Throws: `auth.required` for nobody, `rule.denied` for everybody else without it.
    func require(permission: String) throws(Problem) {
        _ = try account()
        guard caller.category.permissions.contains(permission) else {
            throw Problem(
                .ruleDenied,
                "this needs the permission \"\(permission)\"",
                hint: "an operator can grant a role that has it"
            )
        }
    }
}

/// What an operator may do with the accounts of others: nothing that would give more than the
/// operator has.
struct OperatorRights {
    private let request: AccountRequest
    private let identity: IdentityService
    private let own: Set<String>

    init(_ request: AccountRequest, _ identity: IdentityService) {
        self.request = request
        self.identity = identity
        own = request.caller.category.permissions
    }

    /// - Throws: `rule.denied` if the role has a permission that the caller lacks; nothing for a role
    ///   that the model does not have, which is refused where it is granted.
    func mayGrant(role: String) throws(Problem) {
        guard let role = identity.engine.model.role(role) else { return }
        guard own.isSuperset(of: role.permissions) else {
            throw Problem(.ruleDenied, "the role has permissions that you do not have")
        }
    }

    /// The account that a request is about, of which the caller has to have all permissions.
    ///
    /// - Throws: `rule.denied` if the account may do what the caller may not, or is the caller's own;
    ///   `record.not-found`.
    func subject() async throws(Problem) -> AccountState {
        let id = request.parameters["id"] ?? ""
        guard id != request.caller.account else {
            throw Problem(.ruleDenied, "this is for the accounts of others")
        }
        guard let account = try await identity.account(id) else {
            throw Problem(.recordNotFound, "there is no such account")
        }
        let category = CallerClass(
            granted: account.role,
            byRule: account.rolesByRule,
            in: identity.engine.model
        )
        guard own.isSuperset(of: category.permissions) else {
            throw Problem(.ruleDenied, "the account has permissions that you do not have")
        }
        return account
    }
}
