import ExpressionSQL
import JSON
import ModelLanguage
package import Storage

extension Rehearsal {
    /// Tries an operation: its answer, and which rules decided.
    ///
    /// What it wrote is taken back.
    package func attempt(
        _ operation: RehearsedOperation,
        by caller: Caller
    ) throws(StoreError) -> RehearsedOutcome {
        let result = undone { () throws(Problem) in
            switch operation {
            case .read(let read): return try self.read(read, by: caller)
            case .write(let change):
                let answer = try write(change, by: caller)
                return (try? JSONParser.parse(String(decoding: answer.body, as: UTF8.self)))
                    ?? .null
            }
        }
        let judgement = Judgement(rehearsal: self, caller: caller)
        switch operation {
        case .read(let read): try judgement.addDecisions(of: read, result)
        case .write(let change): try judgement.addDecisions(of: change, result)
        }
        return RehearsedOutcome(result: result, decisions: judgement.decisions)
    }

    /// How a rule turns out for a caller, and for the record with an id where it is about records;
    /// nil if there is no such rule.
    package func breakdown(
        of path: String,
        record id: String?,
        by caller: Caller
    ) throws(StoreError) -> RuleBreakdown? {
        guard let rule = book[path] else { return nil }
        return try judge(for: caller).breakdown(of: rule, record: id)
    }

    /// Of how many of the records that are there a rule is true, and of how many it is not.
    package func count(
        of path: String,
        by caller: Caller
    ) throws(StoreError) -> (yes: Int64, no: Int64) {
        guard let rule = book[path] else { return (0, 0) }
        return try judge(for: caller).count(rule)
    }

    /// Runs `body`, takes back what it did, and answers what became of it.
    private func undone(
        _ body: () throws(Problem) -> JSONValue
    ) -> Result<JSONValue, Problem> {
        do {
            return try undoing { .success(try body()) }
        } catch let problem as Problem {
            return .failure(problem)
        } catch {
            return .failure(Problem(.internalError))
        }
    }
}

/// Finds out which rules decided an operation.
///
/// Of one that was allowed all rules that it had to pass are told; of a refused one those that
/// the engine's answer names, as far as they are false.
private final class Judgement {
    private let rehearsal: Rehearsal
    private let caller: Caller
    private let judge: RuleJudge
    private(set) var decisions: [RehearsedOutcome.Decision] = []

    init(rehearsal: Rehearsal, caller: Caller) {
        self.rehearsal = rehearsal
        self.caller = caller
        judge = rehearsal.judge(for: caller)
    }

    // MARK: Reads

    func addDecisions(
        of read: ReadOperation,
        _ result: Result<JSONValue, Problem>
    ) throws(StoreError) {
        switch read {
        case .get(let get):
            let isTrue = (try? result.get()) != nil
            try add("read", of: get.collection, record: get.id, if: isTrue)
        case .list(let list):
            let isTrue = (try? result.get()) != nil
            guard rehearsal.engine.model.view(list.source) != nil else {
                if !isTrue { try add("read", of: list.source, record: nil, if: false) }
                return
            }
            try add("read", of: list.source, record: nil, if: isTrue)
        }
    }

    // MARK: Writes

    func addDecisions(
        of change: RecordChange,
        _ result: Result<JSONValue, Problem>
    ) throws(StoreError) {
        switch result {
        case .success: try addPassed(change)
        case .failure(let problem): try addRefusal(of: change, problem)
        }
    }

    private func addPassed(_ change: RecordChange) throws(StoreError) {
        let fields = change.named
        let name = change.collection
        if case .delete(let id) = change.kind {
            return try add("delete", of: name, record: id, if: true)
        }
        try withChange(change) { id throws(StoreError) in
            try add(change.verb, of: name, record: id, if: true)
            for field in fields {
                try addRule("\(name).fields.\(field).write", record: id, if: true)
            }
            for position in 0..<(rehearsal.collection(name)?.validations.count ?? 0) {
                try addRule("\(name).validate[\(position)]", record: id, if: true)
            }
        }
    }

    private func addRefusal(
        of change: RecordChange,
        _ problem: Problem
    ) throws(StoreError) {
        let name = change.collection
        switch problem.code {
        case .recordNotFound:
            try add("read", of: name, record: change.id, if: false)
        case .ruleDenied where !problem.errors.isEmpty:
            for error in problem.errors {
                let path = "\(name).fields.\(error.pointer.dropFirst()).write"
                try addRule(path, record: change.id, if: false)
                try withChange(change) { id throws(StoreError) in
                    try addRule(path, record: id, if: false)
                }
            }
        case .ruleDenied, .authenticationRequired:
            if let id = change.id { try add(change.verb, of: name, record: id, if: false) }
            guard decisions.isEmpty else { return }
            let isThere = try withChange(change) { id throws(StoreError) in
                try add(change.verb, of: name, record: id, if: false)
            }
            if !isThere { try add(change.verb, of: name, record: nil, if: false) }
        case .validationFailed:
            try withChange(change) { id throws(StoreError) in
                for position in 0..<(rehearsal.collection(name)?.validations.count ?? 0) {
                    try addRule("\(name).validate[\(position)]", record: id, if: false)
                }
            }
        default: break
        }
    }

    /// Makes a change that no rule stops, asks, and takes it back; false if it cannot be made.
    @discardableResult
    private func withChange(
        _ change: RecordChange,
        _ body: (String) throws(StoreError) -> Void
    ) throws(StoreError) -> Bool {
        do {
            return try rehearsal.undoing {
                guard let id = try rehearsal.force(change, by: caller) else { return false }
                try body(id)
                return true
            }
        } catch let error as StoreError {
            if case .closed = error { throw error }
            return false
        } catch {
            return false
        }
    }

    // MARK: Rules

    /// Adds what a collection's or a view's rule says, or the permission that stands beside it.
    private func add(
        _ verb: String,
        of name: String,
        record id: String?,
        if wanted: Bool
    ) throws(StoreError) {
        let permission = "\(name).\(verb)"
        if caller.category.permissions.contains(permission) {
            guard wanted else { return }
            decisions.append(.init(reason: .permission(permission), isTrue: true))
            return
        }
        try addRule("\(name).rules.\(verb)", record: id, if: wanted)
    }

    private func addRule(
        _ path: String,
        record id: String?,
        if wanted: Bool
    ) throws(StoreError) {
        guard let rule = rehearsal.book[path] else { return }
        let breakdown = try judge.breakdown(of: rule, record: id)
        guard breakdown.isTrue == wanted else { return }
        decisions.append(.init(reason: .rule(path, breakdown), isTrue: wanted))
    }
}

extension RecordChange {
    fileprivate var verb: String {
        switch kind {
        case .create: "create"
        case .update, .replace: "update"
        case .delete: "delete"
        }
    }

    /// The record that it changes.
    fileprivate var id: String? {
        switch kind {
        case .create: nil
        case .update(let id, _), .replace(let id, _), .delete(let id): id
        }
    }

    /// The fields that its body names.
    fileprivate var named: [String] {
        switch kind {
        case .create(.object(let members)), .update(_, .object(let members)),
            .replace(_, .object(let members)):
            members.map(\.name)
        default: []
        }
    }
}

extension Rehearsal {
    func collection(_ name: String) -> Collection? { engine.model.collection(name) }

    /// Makes a change without asking any rule, so that rules can be asked of what comes of it; the
    /// record's id, or nil where there is nothing to ask.
    fileprivate func force(_ change: RecordChange, by caller: Caller) throws -> String? {
        let plan = try engine.writePlans.plan(for: change.collection, category: caller.category)
        let now = engine.clock.now()
        transaction.setContext(WriteContext(actor: caller.account, now: now))
        switch change.kind {
        case .create(let body):
            let id = engine.ids.next(at: now)
            let draft = try RecordDraft(body: body, plan: plan, caller: caller, id: id, now: now)
            _ = try transaction.execute(plan.insert, draft.values)
            return id
        case .update(let id, let body):
            return try force(body, mode: .patch, of: id, plan: plan)
        case .replace(let id, let body):
            return try force(body, mode: .replace, of: id, plan: plan)
        case .delete(let id):
            return id
        }
    }

    private func force(
        _ body: JSONValue,
        mode: BodyValidator.Mode,
        of id: String,
        plan: WritePlan
    ) throws -> String {
        var errors: [ValueError] = []
        let written = plan.validator.values(of: body, mode: mode, errors: &errors)
        guard errors.isEmpty else { throw Problem(validation: errors) }
        guard !written.columns.isEmpty else { return id }
        _ = try transaction.execute(
            plan.update(of: written.columns.map(\.position)),
            written.columns.map(\.value) + [.text(id)]
        )
        return id
    }
}
