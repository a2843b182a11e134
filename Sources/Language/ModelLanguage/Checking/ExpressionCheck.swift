import Expressions

/// Type-checks expressions of a model file, and reports mistakes where they stand in it.
struct ExpressionCheck {
    let names: Names
    let environments: ModelEnvironment
    let source: SourceText
    let problems: Problems

    /// An environment that knows every collection, so that one out of reach is told from none.
    func environment(of collection: String) -> Environment {
        environments.environment(of: collection, from: nil)
    }

    /// Checks a rule: its type is bool, and never null.
    func rule(
        _ draft: ExpressionDraft?,
        in environment: Environment,
        module: String?
    ) -> CheckedExpression? {
        guard let draft, let checked = check(draft, in: environment, module: module) else {
            return nil
        }
        switch checked.type {
        case .bool:
            return checked
        case .nullable(.bool):
            problems.error(
                "the expression may be null where true or false is needed",
                at: draft.place,
                hint: "compare it, as in \"x == true\""
            )
        case .dyn:
            problems.error(
                "the expression's type is known only when it runs; a bool is needed",
                at: draft.place,
                hint: "compare it, as in \"x == true\""
            )
        default:
            problems.error(
                "the expression is of type \(checked.type); a bool is needed",
                at: draft.place,
                hint: "write a comparison, as in \"author == auth.id\""
            )
        }
        return nil
    }

    /// Checks an expression for its names and types, and that it stays in the module's reach; what
    /// is of no module sees everything.
    func check(
        _ draft: ExpressionDraft,
        in environment: Environment,
        module: String?
    ) -> CheckedExpression? {
        guard !problems.isFull else { return nil }
        do {
            let checked = try environment.check(draft.source)
            guard namesKnownRoles(checked, draft) else { return nil }
            guard let module else { return checked }
            return isInReach(checked, draft, module: module) ? checked : nil
        } catch {
            for mistake in error.errors.prefix(Problems.limit) {
                problems.error(
                    mistake.message,
                    at: place(ofOffset: mistake.offset, in: draft),
                    hint: mistake.hint
                )
            }
            return nil
        }
    }

    func place(ofOffset offset: Int, in draft: ExpressionDraft) -> Place {
        source.place(ofOffset: offset, in: draft.scalar, startingAt: draft.place)
    }

    /// A misspelt role would be had by nobody, and nobody would notice.
    private func namesKnownRoles(_ checked: CheckedExpression, _ draft: ExpressionDraft) -> Bool {
        guard checked.references.functions.contains("hasRole") else { return true }
        var unknown: String?
        let node = checked.root.first { node in
            guard case .call("hasRole", _?, let arguments) = node.kind,
                case .literal(.string(let role))? = arguments.first?.kind,
                !names.roles.contains(role)
            else { return false }
            unknown = role
            return true
        }
        guard let node, let unknown else { return true }
        problems.error(
            "there is no role \"\(unknown)\"",
            at: place(ofOffset: node.offset, in: draft),
            hint: problems.suggestion(for: unknown, among: names.roles)
        )
        return false
    }

    private func isInReach(
        _ checked: CheckedExpression,
        _ draft: ExpressionDraft,
        module: String
    ) -> Bool {
        let invisible = checked.references.objectsRead.filter { object in
            names.collections[object] != nil && !names.isVisible(object, from: module)
        }
        for object in invisible.sorted() {
            guard let owner = names.collections[object]?.module else { continue }
            let node = checked.root.first { node in
                if case .collection(object) = checked.type(of: node) { return true }
                return checked.references.traversals.contains {
                    $0.expression == node.id && $0.object == object
                }
            }
            names.reportInvisible(
                object,
                of: owner,
                from: module,
                at: place(ofOffset: node?.offset ?? 0, in: draft)
            )
        }
        return invisible.isEmpty
    }
}
