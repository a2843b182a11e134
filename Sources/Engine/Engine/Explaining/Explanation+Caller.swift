import ExpressionSQL
import ModelLanguage

extension Explanation {
    /// Who asks: the roles and permissions, each with the role that it comes from, and what else is
    /// known.
    static func caller(_ caller: Caller, in model: Model) -> Section {
        guard caller.isSignedIn else { return Section("caller", ["nobody is signed in"]) }
        let category = caller.category
        var lines = ["signed in"]
        let roles = model.roles.filter { category.roles.contains($0.name) }
        for role in roles {
            let including = roles.filter { $0.includes.contains(role.name) }.map(\.name)
            lines.append(
                "role \(role.name)"
                    + (including.isEmpty
                        ? "" : ", included by \(including.joined(separator: ", "))")
            )
        }
        for permission in category.permissions.sorted() {
            lines.append("permission \(permission)" + source(of: permission, roles, in: model))
        }
        if let scopes = category.scopes {
            lines.append("limited to the scopes \(scopes.sorted().joined(separator: ", "))")
        }
        if model.tenants != nil {
            lines.append(caller.tenant.map { "tenant \($0)" } ?? "no tenant")
        }
        let session = caller.session
        lines.append(session.mfa ? "with a second factor" : "without a second factor")
        lines.append(session.verified ? "with a verified address" : "without a verified address")
        if session.anonymous { lines.append("an anonymous account") }
        if session.impersonator != nil { lines.append("an operator acts as the account") }
        return Section("caller", lines)
    }

    /// The roles that bring a permission themselves, not through others.
    private static func source(
        of permission: String,
        _ roles: [Role],
        in model: Model
    ) -> String {
        let owners = roles.filter { role in
            role.permissions.contains(permission)
                && !role.inherited.contains { name in
                    model.role(name)?.permissions.contains(permission) == true
                }
        }
        return owners.isEmpty ? "" : " of \(owners.map(\.name).joined(separator: ", "))"
    }
}
