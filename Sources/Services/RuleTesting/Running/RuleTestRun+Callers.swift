import Engine
import ExpressionSQL
import ModelLanguage

extension RuleTestRun {
    /// The caller that an entry stands for, as a request of theirs would come to the engine.
    func caller(_ entry: CallerEntry, in scene: inout Scene) throws(Scene.Refusal) -> Caller {
        let account: String?
        switch entry.identity {
        case .anonymous:
            return Caller(account: nil, category: .anonymous, idempotencyScope: "")
        case .account(let alias):
            let accounts = model.accounts?.name ?? ""
            account = scene.id(of: RecordName(collection: accounts, alias: alias))
        case .somebody:
            account = try scene.makeAccount(in: rehearsal, now: clock.now, at: entry.place)
        }
        let role = model.roles.first { $0.name == entry.role }
        return Caller(
            account: account,
            category: CallerClass(
                role: role?.name,
                permissions: Set(role?.permissions ?? []).union(entry.facts.permissions)
            ),
            idempotencyScope: account ?? ""
        )
    }
}
