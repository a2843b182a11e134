import Expressions

/// Makes roles of their drafts: what each includes, permits, and by which rule it is had.
struct RoleBuilder {
    let draft: AppDraft
    let names: Names
    let expressions: ExpressionCheck
    let problems: Problems

    func roles() -> [Role] {
        let drafts = Dictionary(
            draft.roles.map { ($0.name.value, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        for role in draft.roles {
            for permission in role.permissions { checkPermission(permission) }
            checkIncludes(role, drafts)
        }
        return draft.roles.map { role in
            let inherited = inherited(by: role, drafts)
            let own = [role] + inherited.compactMap { drafts[$0] }
            return Role(
                name: role.name.value,
                permissions: own.flatMap(\.permissions).map(\.value).uniqued(),
                includes: role.includes.map(\.value).uniqued(),
                inherited: inherited,
                condition: condition(of: role)
            )
        }
    }

    // MARK: Includes

    private func checkIncludes(_ role: RoleDraft, _ drafts: [String: RoleDraft]) {
        for name in role.includes {
            guard drafts[name.value] != nil else {
                problems.error(
                    "there is no role \"\(name.value)\"",
                    at: name.place,
                    hint: problems.suggestion(for: name.value, among: drafts.keys)
                )
                continue
            }
            guard let way = way(from: name.value, to: role.name.value, drafts) else { continue }
            let names = ([role.name.value] + way).joined(separator: ", which includes ")
            problems.error(
                "role \"\(role.name.value)\" includes itself: \(names)",
                at: name.place,
                hint: "leave one of them out"
            )
        }
    }

    /// The roles through which one includes another, both ends among them.
    private func way(
        from start: String,
        to end: String,
        _ drafts: [String: RoleDraft]
    ) -> [String]? {
        var ways = [[start]]
        var seen: Set<String> = [start]
        while let way = ways.popLast() {
            guard let last = way.last else { continue }
            if last == end { return way }
            for next in drafts[last]?.includes ?? [] where seen.insert(next.value).inserted {
                ways.append(way + [next.value])
            }
        }
        return nil
    }

    /// Every role that one includes, the nearest first.
    private func inherited(by role: RoleDraft, _ drafts: [String: RoleDraft]) -> [String] {
        var found: [String] = []
        var seen: Set<String> = [role.name.value]
        var next = role.includes.map(\.value)
        while !next.isEmpty {
            let new = next.filter { drafts[$0] != nil && seen.insert($0).inserted }
            found += new
            next = new.flatMap { drafts[$0]?.includes.map(\.value) ?? [] }
        }
        return found
    }

    // MARK: Rules

    /// The rule of a role is about the account before it has any role.
    private func condition(of role: RoleDraft) -> CheckedExpression? {
        guard let condition = role.condition else { return nil }
        guard let accounts = draft.collections.first(where: { $0.accounts != nil }) else {
            problems.error(
                "\"when\" is about accounts, and the app has none",
                at: condition.place,
                hint: "give a collection \"accounts: true\""
            )
            return nil
        }
        let environment = expressions.environment(of: accounts.name.value)
        guard let checked = expressions.rule(condition, in: environment, module: nil) else {
            return nil
        }
        let caller = ModelEnvironment.callerType
        let usesRoles =
            !checked.references.functions.isDisjoint(with: ["can", "hasRole"])
            || checked.references.fields.contains(.init(object: caller, field: "role"))
        guard !usesRoles else {
            problems.error(
                "\"when\" asks for the caller's roles, which it decides",
                at: condition.place,
                hint: "ask for fields of the account, or use \"includes\""
            )
            return nil
        }
        warnOfUnprovedAddress(in: checked, of: role, accounts)
        return checked
    }

    /// Anybody can sign up with anybody's address where nobody has to prove that it is theirs.
    private func warnOfUnprovedAddress(
        in rule: CheckedExpression,
        of role: RoleDraft,
        _ collection: CollectionDraft
    ) {
        let fields = rule.references.fields
        let caller = ModelEnvironment.callerType
        guard let condition = role.condition, collection.accounts?.verifyEmail == false,
            fields.contains(.init(object: collection.name.value, field: "email")),
            !fields.contains(.init(object: caller, field: "verified"))
        else { return }
        problems.warning(
            "role \"\(role.name.value)\" goes to whoever signs up with a fitting address, which"
                + " nobody has to verify",
            at: condition.place,
            hint: "add \"auth.verified && \" in front, or \"verifyEmail: true\" to the accounts"
        )
    }

    // MARK: Permissions

    /// A permission is free, as in `analytics.read`; what looks like a misspelt one of a collection
    /// is doubtful.
    private func checkPermission(_ permission: Located<String>) {
        let parts = permission.value.split(separator: ".", omittingEmptySubsequences: false)
            .map(String.init)
        guard parts.count > 1, parts.allSatisfy(NamePattern.permissionPart.matches) else {
            problems.error(
                "\"\(permission.value)\" is no permission",
                at: permission.place,
                hint: "write names with a dot between, as in posts.delete"
            )
            return
        }
        guard parts.count == 2 else { return }
        let verbs = ["create", "read", "update", "delete"]
        if names.collections[parts[0]] != nil, !verbs.contains(parts[1]) {
            guard let verb = Spelling.nearest(to: parts[1], in: verbs) else { return }
            warn(permission, meant: "\(parts[0]).\(verb)")
        } else if names.collections[parts[0]] == nil, verbs.contains(parts[1]),
            !isKnown(parts[0]),
            let collection = Spelling.nearest(to: parts[0], in: names.collections.keys)
        {
            warn(permission, meant: "\(collection).\(parts[1])")
        }
    }

    /// Whether it names a module or a view, whose permissions are free.
    private func isKnown(_ name: String) -> Bool {
        draft.modules.contains { $0.name.value == name }
            || draft.views.contains { $0.name.value == name }
    }

    private func warn(_ permission: Located<String>, meant: String) {
        problems.warning(
            "the permission \"\(permission.value)\" grants nothing by itself",
            at: permission.place,
            hint: "did you mean \"\(meant)\"?"
        )
    }
}

extension [String] {
    /// Each once, in the order of their first places.
    fileprivate func uniqued() -> [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
