import Engine
import Storage

/// Whose keys somebody makes, lists, rotates or revokes.
package enum KeyOwner: Sendable {
    /// An account's own; `actor` is who acts where it is not the account itself.
    case account(String, actor: String? = nil)
    /// Those of services, as far as an operator reaches; without rights it is the command line.
    case services(OperatorRights?)

    package var account: String? {
        if case .account(let id, _) = self { id } else { nil }
    }

    private var rights: OperatorRights? {
        if case .services(let rights) = self { rights } else { nil }
    }

    /// Who acts, as the audit log has it.
    var actor: String {
        switch self {
        case .account(let id, let actor): actor ?? id
        case .services(let rights): rights?.account ?? IdentityService.operatorName
        }
    }

    /// The tenant beyond which there are no keys; nil for no such limit.
    ///
    /// - Throws: `rule.denied` for an operator who is in no tenant.
    func tenant() throws(Problem) -> String? { try rights?.tenant() }

    /// Why the owner may not make, or go on with, a key of a role and tenant; nil if they may.
    ///
    /// Whoever makes or rotates a key holds it, so it may do no more than they.
    func refusal(
        toHold role: String?,
        in tenant: String?,
        of service: IdentityService,
        transaction: any WriteTransaction
    ) throws(StoreError) -> Problem? {
        guard let rights else { return nil }
        if let problem = try rights.refusal(in: tenant, of: service, transaction) { return problem }
        do throws(Problem) {
            if let role { try rights.mayLend(role: role) }
            return nil
        } catch {
            return error
        }
    }

    /// Whether a key is one of these.
    func owns(
        _ key: KeyRecord,
        of service: IdentityService,
        transaction: any WriteTransaction
    ) throws(StoreError) -> Bool {
        guard key.account == account else { return false }
        return try rights?.refusal(in: key.tenant, of: service, transaction) == nil
    }
}
