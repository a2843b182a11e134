import Engine
import ExpressionSQL
import ModelLanguage

/// Makes callers of claims, by the roles of the model.
struct CallerDirectory: Sendable {
    private let permissions: [String: Set<String>]

    init(model: Model) {
        permissions = Dictionary(
            model.roles.map { ($0.name, Set($0.permissions)) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    func caller(_ claims: AccessClaims) -> Caller {
        let roles = Set(claims.roles).union(claims.role.map { [$0] } ?? [])
            .filter { permissions[$0] != nil }
        let role = claims.role.flatMap { permissions[$0] == nil ? nil : $0 }
        return Caller(
            account: claims.subject,
            category: CallerClass(
                role: role,
                permissions: roles.reduce(into: Set()) { $0.formUnion(permissions[$1] ?? []) }
            ),
            idempotencyScope: claims.subject
        )
    }
}
