package import Engine
import ExpressionSQL
import JSON
import ModelLanguage
import Storage
import Synchronization

extension IdentityService {
    /// Erases an account and all that is kept of it; the signed receipt.
    ///
    /// No rule of the model stands in the way: it is the account's own wish, or the command line's.
    ///
    /// - Throws: `record.not-found`; `relation.restricted` if the model forbids it.
    package func erase(_ account: String, actor: String? = nil) async throws(Problem) -> String {
        let act = ErasureAct(of: account, by: actor, service: self)
        let outcome: Erasure.Outcome?
        do throws(StoreError) {
            outcome = try await engine.store.transaction { transaction throws(StoreError) in
                try act.perform(in: transaction)
            }
        } catch {
            throw Self.problem(ofErasure: error)
        }
        guard let outcome else { throw Self.unknownAccount }
        return finish(outcome, of: account, at: act.now)
    }

    /// Erases the account of a record that a caller deletes; the signed receipt.
    ///
    /// The model's rules say whether the caller may delete the record. Whoever may has to have proved
    /// who they are, and is no key and nobody's impersonator; the account of somebody else has to be
    /// within an operator's rights, too.
    ///
    /// - Throws: What deleting a record throws; `auth.required`, `rule.denied`,
    ///   `auth.reauthentication-required`, `relation.restricted`.
    package func erase(
        record id: String,
        caller: Caller,
        precondition: Precondition?
    ) async throws(Problem) -> String {
        let actor = caller.account == id ? nil : caller.account
        let act = ErasureAct(of: id, by: actor, service: self)
        let result = ErasureResult()
        let change = RecordChange(
            .delete(id: id),
            in: collection.name,
            precondition: precondition
        ) { [self] transaction, id, now throws(StoreError) in
            if let problem = try refusal(toErase: id, caller, now: now, in: transaction) {
                throw result.refuse(problem)
            }
            do throws(StoreError) {
                guard let outcome = try act.perform(in: transaction) else {
                    throw result.refuse(Self.unknownAccount)
                }
                result.keep(outcome)
            } catch {
                guard case .foreignKey = error else { throw error }
                throw result.refuse(Self.problem(ofErasure: error))
            }
        }
        do throws(Problem) {
            _ = try await engine.perform(WriteOperation(change: .record(change), caller: caller))
        } catch {
            throw result.problem ?? error
        }
        guard let outcome = result.outcome else { throw Problem(.internalError) }
        return finish(outcome, of: id, at: act.now)
    }

    /// Why a caller, whom the rules let delete the record, may not erase the account.
    private func refusal(
        toErase id: String,
        _ caller: Caller,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Problem? {
        do throws(Problem) {
            guard caller.category.scopes == nil else {
                throw Problem(.ruleDenied, "a key may not do this", hint: "sign in as the account")
            }
            guard caller.session.impersonator == nil else {
                throw Problem(.ruleDenied, "nobody may do this for another")
            }
            guard caller.isSignedIn else {
                throw Problem(.authenticationRequired, "nobody is signed in")
            }
            try requireRecentAuthentication(caller)
        } catch {
            return error
        }
        guard id != caller.account else { return nil }
        guard let state = try credentials.state(of: id, in: transaction) else {
            return Self.unknownAccount
        }
        let rights: OperatorRights
        do throws(Problem) {
            rights = try OperatorRights(caller, in: engine.model)
        } catch {
            return error
        }
        return try rights.refusal(over: state, of: self, now: now, in: transaction)
    }

    private func finish(_ outcome: Erasure.Outcome, of account: String, at now: Int64) -> String {
        for session in outcome.sessions { revocations.add(.session(session), at: now) }
        revocations.add(.account(account), at: now)
        engine.store.forgetDeleted()
        return outcome.receipt
    }

    private static func problem(ofErasure error: StoreError) -> Problem {
        guard case .foreignKey = error else { return Problem(identity: error) }
        return Problem(
            .relationRestricted,
            "records that may not be deleted belong to this account",
            hint: "delete them first, or hand them over"
        )
    }
}

/// An erasure with its entry in the audit log, as one part of a transaction.
private struct ErasureAct: Sendable {
    let now: Int64
    private let erasure: Erasure
    private let sessions: SessionLedger
    private let keys: SigningKeys
    private let audit: AuditLog
    private let actor: String?

    init(of account: String, by actor: String?, service: IdentityService) {
        now = service.engine.clock.now()
        erasure = Erasure(
            records: PersonalRecords(
                model: service.engine.model,
                accounts: service.collection
            ),
            cipher: service.cipher,
            account: account,
            id: service.newID(at: now),
            now: now
        )
        sessions = service.sessions
        keys = service.keys
        audit = service.audit
        self.actor = actor
    }

    /// Nil if there is no such account.
    func perform(in transaction: any WriteTransaction) throws(StoreError) -> Erasure.Outcome? {
        let outcome = try erasure.perform(
            sessions,
            sign: { ErasureReceipt.sign($0, with: keys) },
            in: transaction
        )
        guard let outcome else { return nil }
        // Without the account's id: an entry is no way to find out who is gone.
        let entry = AuditEntry(.accountErased, account: nil, actor: actor)
        try audit.record(entry, now: now, in: transaction)
        return outcome
    }
}

/// What became of an erasure beside a record's deletion, which a store's error alone does not tell.
private final class ErasureResult: Sendable {
    private let state = Mutex<(outcome: Erasure.Outcome?, problem: Problem?)>((nil, nil))

    var outcome: Erasure.Outcome? { state.withLock { $0.outcome } }
    var problem: Problem? { state.withLock { $0.problem } }

    func keep(_ outcome: Erasure.Outcome) {
        state.withLock { $0.outcome = outcome }
    }

    /// Notes why it is refused; the error that takes the transaction back.
    func refuse(_ problem: Problem) -> StoreError {
        state.withLock { $0.problem = problem }
        return .check("erasure")
    }
}
