import Engine
import JSON
import ModelLanguage

/// One operation of one caller, tried, and compared with what the test expects of it.
struct Trial {
    let rehearsal: Rehearsal
    let model: Model
    let scene: Scene
    let caller: Caller
    let now: Int64

    /// What became of an expectation.
    struct Verdict {
        /// What is not as expected; nil if all is.
        var mismatch: String?
        /// The rules that decided, for whoever wants to know why.
        var decisions: [RehearsedOutcome.Decision] = []
        /// What the test shows of rules, if it passes.
        var exercised: Set<RuleCoverage.Point> = []
    }

    func verdict(on expectation: Expectation) -> Verdict {
        do {
            var verdict = try self.verdict(of: expectation.operation, expectation.isAllowed)
            if verdict.mismatch != nil { verdict.exercised = [] }
            return verdict
        } catch let problem as Problem {
            return Verdict(mismatch: problem.words)
        } catch {
            return Verdict(mismatch: "the database failed: \(error)")
        }
    }

    private func verdict(of operation: TestedOperation, _ isAllowed: Bool) throws -> Verdict {
        switch operation {
        case .read(let record, let expand, let expected):
            return try read(record, expand: expand, expected: expected, isAllowed)
        case .see(let record, let field, let expected):
            return try see(record, field: field, expected: expected, isAllowed)
        case .list(let request, let expected):
            return try list(request, expected: expected, isAllowed)
        case .create(let collection, let body):
            var members = scene.members(body, now: now)
            if let collection = model.collection(collection) {
                members += scene.samples(for: collection, beside: members, alias: nil, now: now)
            }
            return try write(.create(.object(members)), in: collection, isAllowed)
        case .update(let record, let body):
            let body = JSONValue.object(scene.members(body, now: now))
            let id = scene.id(of: record) ?? ""
            return try write(.update(id: id, body), in: record.collection, isAllowed)
        case .replace(let record, let body):
            let body = JSONValue.object(scene.members(body, now: now))
            let id = scene.id(of: record) ?? ""
            return try write(.replace(id: id, body), in: record.collection, isAllowed)
        case .delete(let record):
            let id = scene.id(of: record) ?? ""
            return try write(.delete(id: id), in: record.collection, isAllowed)
        }
    }

    // MARK: Writes

    private func write(
        _ kind: RecordChange.Kind,
        in collection: String,
        _ isAllowed: Bool
    ) throws -> Verdict {
        let outcome = try rehearsal.attempt(.write(RecordChange(kind, in: collection)), by: caller)
        var verdict = Verdict(outcome)
        switch (outcome.result, isAllowed) {
        case (.success, true): break
        case (.success, false): verdict.mismatch = "it is allowed"
        case (.failure(let problem), true): verdict.mismatch = problem.refusal
        case (.failure(let problem), false):
            if problem.isMistake {
                verdict.mismatch = "the test is wrong, no rule was asked: \(problem.words)"
            }
        }
        return verdict
    }

    // MARK: One record

    private func get(_ record: RecordName, expand: String? = nil) throws -> RehearsedOutcome {
        let get = GetOperation(
            collection: record.collection,
            id: scene.id(of: record) ?? "",
            expand: expand
        )
        return try rehearsal.attempt(.read(.get(get)), by: caller)
    }

    private func read(
        _ record: RecordName,
        expand: String?,
        expected: [ValueEntry],
        _ isAllowed: Bool
    ) throws -> Verdict {
        let outcome = try get(record, expand: expand)
        var verdict = Verdict(outcome)
        switch outcome.result {
        case .failure(let problem):
            if isAllowed { verdict.mismatch = problem.refusal }
            if !isAllowed, problem.isMistake { verdict.mismatch = problem.words }
        case .success(let answer):
            let difference = difference(between: answer, and: expected)
            if isAllowed { verdict.mismatch = difference }
            if !isAllowed, difference == nil { verdict.mismatch = "it is allowed" }
            for entry in expected {
                try addField(entry.name, of: record, to: &verdict)
            }
        }
        return verdict
    }

    private func see(
        _ record: RecordName,
        field: String,
        expected: TestValue?,
        _ isAllowed: Bool
    ) throws -> Verdict {
        let outcome = try get(record)
        var verdict = Verdict(outcome)
        switch outcome.result {
        case .failure(let problem):
            if isAllowed { verdict.mismatch = problem.refusal }
        case .success(let answer):
            let shown = answer[field]
            verdict.decisions = []
            try addField(field, of: record, to: &verdict)
            if isAllowed {
                if let shown {
                    let wanted = expected.map { scene.json($0, now: now) }
                    if let wanted, !wanted.isSame(as: shown) {
                        verdict.mismatch = "it is \(shown), not \(wanted)"
                    }
                } else {
                    verdict.mismatch = "it is hidden"
                }
            } else if shown != nil {
                verdict.mismatch = "it is shown"
            }
        }
        return verdict
    }

    /// Adds what a field's `read` rule says of a record.
    private func addField(
        _ field: String,
        of record: RecordName,
        to verdict: inout Verdict
    ) throws {
        let path = "\(record.collection).fields.\(field).read"
        guard
            let breakdown = try rehearsal.breakdown(
                of: path,
                record: scene.id(of: record),
                by: caller
            )
        else { return }
        verdict.decisions.append(.init(reason: .rule(path, breakdown), isTrue: breakdown.isTrue))
        verdict.exercised.insert(.init(path: path, isTrue: breakdown.isTrue))
    }
}

extension Trial.Verdict {
    init(_ outcome: RehearsedOutcome) {
        decisions = outcome.decisions
        for decision in outcome.decisions {
            guard case .rule(let path, _) = decision.reason else { continue }
            exercised.insert(.init(path: path, isTrue: decision.isTrue))
        }
    }
}

extension Problem {
    /// What a caller is told who may not.
    var refusal: String { "\(code.status) \(code.rawValue): \(words)" }

    /// Whether the operation itself is wrong, so that it says nothing of any rule.
    var isMistake: Bool {
        switch code {
        case .validationFailed:
            let mistakes = ["field.unknown", "field.type", "field.required", "field.format"]
            return errors.contains { mistakes.contains($0.code) }
        case .internalError, .routeNotFound, .unknownField, .invalidParameter, .unknownParameter:
            return true
        default:
            return false
        }
    }
}
