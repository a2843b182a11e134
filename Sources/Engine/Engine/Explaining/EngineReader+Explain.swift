import ExpressionSQL
import Expressions
import ModelLanguage
import Storage

extension EngineReader {
    /// What a read becomes for a caller: the rules, the SQL, the database's plan; or why all of it
    /// is refused.
    package func explain(
        _ operation: ReadOperation,
        by caller: Caller
    ) throws(Problem) -> Explanation {
        let source =
            switch operation {
            case .get(let get): get.collection
            case .list(let list): list.source
            }
        do {
            switch operation {
            case .get(let get):
                let plan = try plan(for: get, category: caller.category)
                return try explanation(of: plan, source: source) { _ in "the record's id" }
            case .list(let list):
                let (plan, _) = try plan(for: list, category: caller.category)
                return try explanation(of: plan, source: source) { index in
                    if index == 0 { return "the limit, and one more" }
                    if case .cursor = list.position, plan.order != nil {
                        return "key \(index) of the cursor"
                    }
                    return "the offset"
                }
            }
        } catch let problem as Problem {
            switch problem.code {
            case .ruleDenied, .authenticationRequired:
                return Explanation(sections: rules(of: source) + [.refusal(problem)])
            default: throw problem
            }
        } catch let error as StoreError {
            throw Problem(storeError: error)
        } catch {
            throw Problem(.internalError)
        }
    }

    /// The rules that a read of a collection or view goes by.
    private func rules(of source: String) -> [Explanation.Section] {
        var sections: [Explanation.Section] = []
        let view = model.view(source)
        if let view {
            var lines = [
                "read: \(view.read?.source ?? "no rule: nobody may")",
                "where: \(view.filter?.source ?? "everything")",
            ]
            if view.aggregate != nil {
                lines.append(
                    "groups all records of \(view.collection), also those that the caller may not read"
                )
            }
            sections.append(
                Explanation.Section("view \(view.name) of \(view.collection)", lines)
            )
        }
        if view?.aggregate == nil, let collection = model.collection(view?.collection ?? source) {
            sections.append(Explanation.rules(of: collection, verb: "read"))
        }
        return sections
    }

    private func explanation(
        of plan: ReadPlan,
        source: String,
        inputs: ParameterSource.InputNames
    ) throws -> Explanation {
        var sections = rules(of: source)
        sections += try Explanation.statement(
            "rows",
            plan.read,
            inputs: inputs,
            connection: connection
        )
        if let count = plan.count {
            sections += try Explanation.statement(
                "count",
                count,
                inputs: inputs,
                connection: connection
            )
        }
        for (index, expansion) in plan.expansions.enumerated() {
            sections += try Explanation.statement(
                "expansion \(index + 1)",
                expansion.read,
                inputs: { _ in "the ids that the records above it name" },
                connection: connection
            )
        }
        sections.append(
            Explanation.Section(
                "runs",
                [
                    plan.isUnbounded
                        ? "on a thread of its own: the database scans or sorts"
                        : "on the event loop, with a budget"
                ]
            )
        )
        return Explanation(sections: sections)
    }

    /// What decides a write of a collection for a caller.
    package func explainWrite(
        _ verb: String,
        to collection: String,
        by caller: Caller
    ) throws(Problem) -> Explanation {
        let planner = Planner(model: model, category: caller.category, limits: limits)
        let plan = try planner.write(to: try planner.collection(collection))
        var sections = [Explanation.rules(of: plan.collection, verb: verb)]
        let checks = plan.collection.validations.map { "\($0.rule.source): \($0.message)" }
        if !checks.isEmpty { sections.append(Explanation.Section("validations", checks)) }
        do throws(StoreError) {
            if verb == "create" {
                sections.append(Explanation.Section("insert: SQL", [plan.insert.sql]))
            } else {
                sections += try Explanation.statement(
                    "the record and its rules",
                    plan.current,
                    inputs: { _ in "the record's id" },
                    connection: connection
                )
            }
            if let problem = plan.refusal(of: verb) { sections.append(.refusal(problem)) }
            return Explanation(sections: sections)
        } catch {
            throw Problem(storeError: error)
        }
    }
}

extension WritePlan {
    /// Why callers of this class may do it to no record at all.
    fileprivate func refusal(of verb: String) -> Problem? {
        if verb == "create" {
            guard case .never = create else { return nil }
            return denied(verb)
        }
        return Verb(rawValue: verb).flatMap { refused.contains($0) ? denied(verb) : nil }
    }
}
