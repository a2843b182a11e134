import Engine
import ExpressionSQL
import ModelLanguage
import Storage

extension RuleTestRun {
    /// A caller, and what making it showed of the rules by which roles are given.
    struct MadeCaller {
        let caller: Caller
        var exercised: Set<RuleCoverage.Point> = []
    }

    /// The caller that an entry stands for, as a request of theirs would come to the engine.
    func caller(_ entry: CallerEntry, in scene: inout Scene) throws(Scene.Refusal) -> MadeCaller {
        let account: String?
        switch entry.identity {
        case .anonymous: account = nil
        case .account(let alias):
            let accounts = model.accounts?.name ?? ""
            account = scene.id(of: RecordName(collection: accounts, alias: alias))
        case .somebody:
            account = try scene.makeAccount(in: rehearsal, now: clock.now, at: entry.place)
        }
        let facts = entry.facts
        let anonymous = caller(account: account, category: .anonymous, facts, scene)
        guard let account else { return MadeCaller(caller: anonymous) }
        var exercised: Set<RuleCoverage.Point> = []
        var byRule: [String] = []
        let unprivileged = caller(
            account: account,
            category: CallerClass(role: nil, permissions: []),
            facts,
            scene
        )
        for role in model.roles where role.condition != nil {
            let path = "roles.\(role.name).when"
            let breakdown: RuleBreakdown?
            do {
                breakdown = try rehearsal.breakdown(of: path, record: account, by: unprivileged)
            } catch {
                throw Scene.Refusal(place: entry.place, message: error.description)
            }
            guard let breakdown else { continue }
            if breakdown.isTrue { byRule.append(role.name) }
            exercised.insert(.init(path: path, isTrue: breakdown.isTrue))
        }
        let scopes = facts.scopes.map(Set.init)
        let granted = CallerClass(
            granted: entry.role,
            byRule: byRule,
            in: model,
            scopes: scopes
        )
        let category = CallerClass(
            role: granted.role,
            roles: granted.roles,
            permissions: granted.permissions.union(facts.permissions),
            scopes: scopes
        )
        return MadeCaller(
            caller: caller(account: account, category: category, facts, scene),
            exercised: exercised
        )
    }

    private func caller(
        account: String?,
        category: CallerClass,
        _ facts: CallerFacts,
        _ scene: Scene
    ) -> Caller {
        Caller(
            account: account,
            category: category,
            idempotencyScope: account ?? facts.address,
            tenant: facts.tenant.flatMap(scene.id),
            session: SessionFacts(
                mfa: facts.mfa,
                verified: facts.verified,
                anonymous: facts.anonymous,
                authenticated: clock.now + facts.authenticated,
                impersonator: facts.impersonator.flatMap(scene.id)
            ),
            request: RequestFacts(
                address: facts.address,
                method: facts.method ?? "",
                isSecure: facts.secure
            )
        )
    }
}

extension Caller {
    /// The caller as it asks for an operation, by the method that REST would have.
    func asking(_ operation: TestedOperation) -> Caller {
        guard request.method.isEmpty else { return self }
        let method =
            switch operation {
            case .read, .see, .list: "GET"
            case .create: "POST"
            case .update: "PATCH"
            case .replace: "PUT"
            case .delete: "DELETE"
            }
        return with(
            RequestFacts(address: request.address, method: method, isSecure: request.isSecure)
        )
    }
}
