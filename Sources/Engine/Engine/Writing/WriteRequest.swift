import JSON
package import Storage
import Synchronization

/// A write on its way through the writer, and back to its caller.
package final class WriteRequest: WriteTask {
    package typealias Completion = @Sendable (Result<WriteAnswer, Problem>) -> Void

    package let inbox: any WriteInbox
    private let operation: WriteOperation
    private let plans: WritePlans
    private let ledger: IdempotencyLedger
    private let ids: RecordIDSource
    private let draft: RecordDraft?
    private let now: Int64
    private let completion: Completion
    /// Set by the writer, read when it is over.
    private let result = Mutex<Result<WriteAnswer, Problem>?>(nil)

    init(
        _ operation: WriteOperation,
        engine: Engine,
        inbox: any WriteInbox,
        completion: @escaping Completion
    ) throws(Problem) {
        self.operation = operation
        self.inbox = inbox
        self.completion = completion
        plans = engine.writePlans
        ledger = engine.ledger
        ids = engine.ids
        now = engine.clock.now()
        draft = try Self.draft(operation, engine: engine, now: now)
        if let key = operation.idempotency {
            try ledger.claim(key, of: operation.caller.ledgerScope)
        }
    }

    /// Does on the caller's thread what needs no database.
    private static func draft(
        _ operation: WriteOperation,
        engine: Engine,
        now: Int64
    ) throws(Problem) -> RecordDraft? {
        guard case .record(let change) = operation.change, case .create(let body) = change.kind
        else { return nil }
        let plan = try engine.writePlans.plan(
            for: change.collection,
            category: operation.caller.category
        )
        return try RecordDraft(
            body: body,
            plan: plan,
            caller: operation.caller,
            id: engine.ids.next(at: now),
            now: now
        )
    }

    package func perform(
        in transaction: any WriteTransaction
    ) throws(StoreError) -> WriteDecision {
        do {
            let answer = try answer(in: transaction)
            result.withLock { $0 = .success(answer) }
            return answer.isReplayed ? .rollBack : .commit
        } catch let problem as Problem {
            let told = try explained(problem, in: transaction)
            result.withLock { $0 = .failure(told) }
            return .rollBack
        } catch let error as StoreError {
            throw error
        } catch {
            throw .failed(code: 0, message: "unexpected error")
        }
    }

    /// What follows from the caller's account being gone is told as that.
    private func explained(
        _ problem: Problem,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Problem {
        guard problem.code == .relationConflict || problem.code == .ruleDenied else {
            return problem
        }
        return try isAccountGone(in: transaction) ? .accountGone : problem
    }

    private func isAccountGone(in transaction: any WriteTransaction) throws(StoreError) -> Bool {
        try plans.accounts.isGone(operation.caller) { statement, parameters throws(StoreError) in
            try transaction.rows(statement, parameters)
        }
    }

    /// Hands the result to the caller; to be called once, where the caller waits.
    package func finish(_ stored: Result<WriteDecision, StoreError>) {
        if let key = operation.idempotency {
            ledger.release(key, of: operation.caller.ledgerScope)
        }
        switch stored {
        case .failure(let error): completion(.failure(Problem(storeError: error)))
        case .success:
            completion(result.withLock { $0 } ?? .failure(Problem(.internalError)))
        }
    }

    private func answer(in transaction: any WriteTransaction) throws -> WriteAnswer {
        let scope = operation.caller.ledgerScope
        if let key = operation.idempotency,
            let answer = try ledger.answer(to: key, of: scope, now: now, in: transaction)
        {
            // The stored answer may show what the rules no longer do.
            if try isAccountGone(in: transaction) { throw Problem.accountGone }
            return answer
        }
        transaction.setContext(
            WriteContext(
                actor: operation.caller.account,
                now: now,
                impersonator: operation.caller.session.impersonator
            )
        )
        let answer: WriteAnswer
        switch operation.change {
        case .record(let change):
            let result = try perform(change, draft: draft, in: transaction)
            answer = WriteAnswer(
                outcome: result.outcome,
                id: result.id,
                body: result.body,
                version: result.version
            )
        case .batch(let steps):
            answer = try perform(steps, in: transaction)
        }
        if let key = operation.idempotency {
            try ledger.store(
                answer,
                for: key,
                of: scope,
                isSealed: plans.holdEncryptedFields(operation.change.collections),
                now: now,
                in: transaction
            )
        }
        return answer
    }

    private func perform(
        _ change: RecordChange,
        draft: RecordDraft?,
        in transaction: any WriteTransaction
    ) throws -> RecordWriter.Result {
        let caller = operation.caller
        let plan = try plans.plan(for: change.collection, category: caller.category)
        let writer = RecordWriter(
            transaction: transaction,
            plans: plans,
            seen: CallerValues(caller),
            now: now
        )
        switch change.kind {
        case .create(let body):
            let draft =
                try draft
                ?? RecordDraft(
                    body: body,
                    plan: plan,
                    caller: caller,
                    id: ids.next(at: now),
                    now: now
                )
            return try writer.create(draft, plan: plan, companion: change.companion)
        case .update(let id, let body):
            return try writer.update(
                id: id,
                body: body,
                mode: .patch,
                plan: plan,
                precondition: change.precondition,
                companion: change.companion
            )
        case .replace(let id, let body):
            return try writer.update(
                id: id,
                body: body,
                mode: .replace,
                plan: plan,
                precondition: change.precondition,
                companion: change.companion
            )
        case .delete(let id):
            return try writer.delete(
                id: id,
                plan: plan,
                precondition: change.precondition,
                companion: change.companion
            )
        }
    }

    private func perform(
        _ steps: [BatchStep],
        in transaction: any WriteTransaction
    ) throws -> WriteAnswer {
        var references = BatchReferences(maximumBytes: plans.limits.maximumReferencedText)
        let body = JSONBuffer(capacity: 4_096)
        body.append(raw: "{\"results\":[")
        for (index, step) in steps.enumerated() {
            let place = "/operations/\(index)"
            let change: RecordChange
            do throws(Problem) {
                change = try references.resolve(step.change)
            } catch {
                throw error.nested(below: place)
            }
            do {
                let result = try perform(change, draft: nil, in: transaction)
                references.append(result.body)
                if index > 0 { body.append(byte: UInt8(ascii: ",")) }
                body.append(raw: "{\"status\":")
                body.append(Int64(result.outcome.status))
                body.append(raw: ",\"body\":")
                if result.body.isEmpty {
                    body.append(raw: "null")
                } else {
                    body.append(raw: result.body)
                }
                body.append(raw: "}")
            } catch let problem as Problem {
                throw problem.nested(below: place + "/body")
            }
        }
        body.append(raw: "]}")
        return WriteAnswer(outcome: .batch, id: "", body: [UInt8](body.contents), version: 0)
    }
}

extension WriteAnswer.Outcome {
    /// The HTTP status that it is answered with.
    package var status: Int {
        switch self {
        case .created: 201
        case .changed, .batch: 200
        case .deleted, .createdUnreadable: 204
        }
    }
}
