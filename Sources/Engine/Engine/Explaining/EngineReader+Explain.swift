import ExpressionSQL
import Expressions
import ModelLanguage
import Storage

extension EngineReader {
    /// What a read becomes for a caller: the rules, the SQL, the database's plan; or why all of it
    /// is refused.
    ///
    /// With the id of a record, which rules are true of it and which are not, part by part.
    package func explain(
        _ operation: ReadOperation,
        by caller: Caller,
        record: String? = nil
    ) throws(Problem) -> Explanation {
        let source =
            switch operation {
            case .get(let get): get.collection
            case .list(let list): list.source
            }
        var sections = [Explanation.caller(caller, in: model)] + rules(of: source)
        do {
            sections += try access(to: source, by: caller)
            if let record {
                sections += try explanation(
                    ofRecord: record,
                    of: source,
                    verb: "read",
                    by: caller,
                    now: clock.now()
                )
            }
            switch operation {
            case .get(let get):
                let plan = try plan(for: get, category: caller.category)
                sections += try statements(of: plan) { _ in "the record's id" }
            case .list(let list):
                let (plan, _) = try plan(for: list, category: caller.category)
                sections += try statements(of: plan) { index in
                    if index == 0 { return "the limit, and one more" }
                    if case .cursor = list.position, plan.order != nil {
                        return "key \(index) of the cursor"
                    }
                    return "the offset"
                }
            }
            return Explanation(sections: sections)
        } catch let problem as Problem {
            switch problem.code {
            case .ruleDenied, .authenticationRequired:
                return Explanation(sections: sections + [.refusal(problem)])
            default: throw problem
            }
        } catch let error as StoreError {
            throw Problem(storeError: error)
        } catch {
            throw Problem(.internalError)
        }
    }

    /// What the caller may read of a collection or view, and which of its fields.
    private func access(to source: String, by caller: Caller) throws -> [Explanation.Section] {
        let compiler = SQLCompiler(model: model, caller: caller.category)
        let view = model.view(source)
        var sections: [Explanation.Section] = []
        if let view {
            let condition = try view.read.map { try compiler.condition($0, into: SQLParameters()) }
            sections.append(
                Explanation.access(
                    "read",
                    to: view.name,
                    rule: view.read,
                    tenant: nil,
                    by: caller,
                    condition: condition ?? .never
                )
            )
            if view.aggregate != nil { return sections }
        }
        guard let collection = model.collection(view?.collection ?? source) else { return sections }
        let condition = try collection.rules.read.map { rule in
            try compiler.condition(
                rule,
                of: collection,
                alias: Planner.alias,
                into: SQLParameters()
            )
        }
        sections.append(
            Explanation.access(
                "read",
                to: collection.name,
                rule: collection.rules.read,
                tenant: collection.tenant,
                by: caller,
                condition: condition ?? .never
            )
        )
        if let fields = try Explanation.fields(of: collection, compiler: compiler) {
            sections.append(fields)
        }
        return sections
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

    private func statements(
        of plan: ReadPlan,
        inputs: ParameterSource.InputNames
    ) throws -> [Explanation.Section] {
        var sections = try Explanation.statement(
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
        return sections
    }

    /// What decides a write of a collection for a caller: of a record that is there, with its id,
    /// also which rules are true of it.
    package func explainWrite(
        _ verb: String,
        to name: String,
        by caller: Caller,
        record: String? = nil
    ) throws(Problem) -> Explanation {
        let planner = Planner(model: model, category: caller.category, limits: limits)
        let plan = try planner.write(to: try planner.collection(name))
        let collection = plan.collection
        var sections = [
            Explanation.caller(caller, in: model), Explanation.rules(of: collection, verb: verb),
        ]
        let checks = collection.validations.map { "\($0.rule.source): \($0.message)" }
        if !checks.isEmpty { sections.append(Explanation.Section("validations", checks)) }
        sections.append(try writeAccess(verb, to: collection, planner, by: caller))
        do throws(StoreError) {
            if let record {
                sections += try explanation(
                    ofRecord: record,
                    of: name,
                    verb: verb,
                    by: caller,
                    now: clock.now()
                )
            }
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

    private func writeAccess(
        _ verb: String,
        to collection: Collection,
        _ planner: Planner,
        by caller: Caller
    ) throws(Problem) -> Explanation.Section {
        let rule = collection.rules.rule(for: verb)
        var condition = SQLCondition.never
        if let rule {
            condition = try planner.compiled { () throws(SQLCompileError) in
                try planner.compiler.condition(
                    rule,
                    of: collection,
                    alias: Planner.alias,
                    into: SQLParameters()
                )
            }
        }
        return Explanation.access(
            verb,
            to: collection.name,
            rule: rule,
            tenant: collection.tenant,
            by: caller,
            condition: condition
        )
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
