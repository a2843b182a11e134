import Engine
import ExpressionSQL
import ModelLanguage

/// Makes callers of claims, by the roles of the model.
///
/// Classes are made once for each set of roles, since requests compare them.
struct CallerClasses {
    private let model: Model
    private var classes: [[String]: CallerClass] = [:]

    init(model: Model) {
        self.model = model
    }

    /// The caller of claims; roles that the model does not have (any more) are passed over.
    mutating func caller(_ claims: AccessClaims) -> Caller {
        Caller(
            account: claims.subject == claims.client ? nil : claims.subject,
            category: claims.scopes.map {
                CallerClass(
                    granted: claims.role,
                    byRule: claims.roles,
                    in: model,
                    scopes: Set($0)
                )
            } ?? category(role: claims.role, roles: claims.roles),
            idempotencyScope: claims.client.map { "key:" + $0 } ?? claims.subject,
            tenant: claims.tenant,
            session: SessionFacts(
                id: claims.client == nil ? claims.session : nil,
                mfa: claims.hasSecondFactor,
                verified: claims.isVerified,
                anonymous: claims.isAnonymous,
                authenticated: (claims.authenticated ?? 0) * 1_000_000,
                impersonator: claims.actor
            )
        )
    }

    private mutating func category(role: String?, roles: [String]) -> CallerClass {
        let names = (role.map { [$0] } ?? []) + roles.filter { $0 != role }
        if let known = classes[names] { return known }
        let category = CallerClass(granted: role, byRule: names, in: model)
        classes[names] = category
        return category
    }
}
