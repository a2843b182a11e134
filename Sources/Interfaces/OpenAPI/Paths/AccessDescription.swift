import Expressions
import ModelLanguage

/// Says in prose who may do what.
struct AccessDescription {
    let model: Model
    let showsRules: Bool

    /// Who may do something: to a collection's records, or read a view.
    ///
    /// `verb` is that of the permission, such as `delete` of `posts.delete`; `isTenants` says whether
    /// the records are kept apart by tenant.
    func text(
        _ rule: CheckedExpression?,
        of subject: String,
        verb: String,
        isTenants: Bool
    ) -> String {
        let who = text(rule, of: subject, verb: verb)
        return isTenants ? "\(who) Within the tenant that the session is in." : who
    }

    private func text(_ rule: CheckedExpression?, of subject: String, verb: String) -> String {
        let permission = "\(subject).\(verb)"
        let roles = model.roles.filter { $0.permissions.contains(permission) }
            .map { "`\($0.name)`" }
        let granted = roles.isEmpty ? nil : "the role \(roles.joined(separator: ", "))"
        guard let rule else {
            return "Allowed to \(granted ?? "nobody: there is no rule for it")."
        }
        if AnonymousAccess.isCertain(under: rule) { return "Allowed to everybody." }
        let also = granted.map { ", and to \($0)" } ?? ""
        guard showsRules else { return "Allowed by a rule\(also)." }
        return "Allowed where `\(rule.source.singleLine)`\(also)."
    }
}

extension String {
    /// The text with every run of white space as one space.
    var singleLine: String {
        split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
