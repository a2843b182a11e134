package import JSON
import ModelLanguage
import Storage
import Synchronization

/// Operations inside one transaction of which nothing is kept: what callers could do, without its
/// being done.
///
/// They take the way that requests take, through the same plans and the same writer. It belongs to
/// the writer's thread, for as long as `Engine.rehearse` runs.
package final class Rehearsal {
    package let engine: Engine
    let transaction: any WriteTransaction
    let book: RuleBook
    private let reader: EngineReader
    private let connection = TransactionReader()

    init(engine: Engine, transaction: any WriteTransaction) {
        self.engine = engine
        self.transaction = transaction
        book = RuleBook(engine.model)
        connection.transaction = transaction
        reader = EngineReader(
            model: engine.model,
            limits: engine.limits,
            clock: engine.clock,
            connection: connection
        )
    }

    /// Runs `body` and takes back all that it did to the database.
    package func undoing<Value>(_ body: () throws -> Value) throws -> Value {
        _ = try transaction.execute(Self.savepoint, [])
        defer {
            _ = try? transaction.execute(Self.rollback, [])
            _ = try? transaction.execute(Self.release, [])
        }
        return try body()
    }

    private static let savepoint = Statement("SAVEPOINT rehearsal")
    private static let rollback = Statement("ROLLBACK TO rehearsal")
    private static let release = Statement("RELEASE rehearsal")

    // MARK: Operations

    /// The answer's body, as a client would get it.
    package func read(_ operation: ReadOperation, by caller: Caller) throws(Problem) -> JSONValue {
        switch try reader.read(operation, by: caller, budget: .long) {
        case .answered(let answer):
            guard let json = try? JSONParser.parse(answer.body.contents) else {
                throw Problem(.internalError)
            }
            return json
        case .needsThread:
            throw Problem(.internalError)
        }
    }

    /// What was done stays until the next `undoing` around it ends.
    package func write(_ change: RecordChange, by caller: Caller) throws(Problem) -> WriteAnswer {
        let box = ResultBox()
        let request = try WriteRequest(
            WriteOperation(change: .record(change), caller: caller),
            engine: engine,
            inbox: DirectInbox.shared
        ) { result in box.value.withLock { $0 = result } }
        do throws(StoreError) {
            _ = try transaction.execute(Self.begin, [])
            let decision = try request.perform(in: transaction)
            if case .rollBack = decision { _ = try transaction.execute(Self.rollBackWrite, []) }
            _ = try transaction.execute(Self.end, [])
            request.finish(.success(decision))
        } catch {
            throw Problem(storeError: error)
        }
        guard let result = box.value.withLock({ $0 }) else { throw Problem(.internalError) }
        return try result.get()
    }

    private static let begin = Statement("SAVEPOINT rehearsed_write")
    private static let rollBackWrite = Statement("ROLLBACK TO rehearsed_write")
    private static let end = Statement("RELEASE rehearsed_write")

    private final class ResultBox: Sendable {
        let value = Mutex<Result<WriteAnswer, Problem>?>(nil)
    }

    // MARK: Judging

    /// Rules, as they are for a caller and the records that are there now.
    func judge(for caller: Caller) -> RuleJudge {
        let transaction = transaction
        return RuleJudge(
            model: engine.model,
            caller: caller,
            now: engine.clock.now()
        ) { statement, parameters throws(StoreError) in
            try transaction.rows(statement, parameters)
        }
    }
}

extension Engine {
    /// Runs `body` with a rehearsal, on the writer's thread, and takes back all that it did.
    ///
    /// Other writes wait meanwhile: it is for stores that nobody else uses.
    package func rehearse<Value: Sendable>(
        _ body: @escaping @Sendable (Rehearsal) -> Value
    ) async throws(Problem) -> Value {
        do throws(StoreError) {
            return try await store.transaction(endingIn: .rollBack) {
                [self] transaction throws(StoreError) in
                body(Rehearsal(engine: self, transaction: transaction))
            }
        } catch {
            throw Problem(storeError: error)
        }
    }
}
