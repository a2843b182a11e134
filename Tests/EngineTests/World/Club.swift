import Dispatch
import ExpressionSQL
import JSON
import ModelLanguage
import SQLite
import Storage
import Synchronization

@testable import Engine

/// An engine over a store of its own, at a time that the test sets, and a few people.
///
/// Bob follows Ada. Eve follows nobody, Mo is a moderator, Pia a publisher.
final class Club {
    let clock = ManualClock()
    let store: SQLiteStore
    let engine: Engine
    let reader: EngineReader
    /// The ids of records that texts of scenarios name as `{open}`.
    private(set) var ids: [String: String] = [:]

    init(limits: EngineLimits = EngineLimits()) throws {
        let model = try ModelLoader.load(ClubModel.text.utf8, path: "mainstay.yaml").model
        store = try SQLiteStore.temporary()
        try store.apply(store.planMigration(to: model))
        engine = Engine(model: model, store: store, limits: limits, clock: clock.engineClock)
        reader = try engine.makeReader()
        for name in ["ada", "bob", "eve", "mo", "pia"] {
            let body = #"{"handle":"\#(name)","email":"\#(name)@example.com"}"#
            try make(name, in: "users", body, as: .anonymous)
        }
        try make("follow", in: "follows", #"{"followee":"{ada}"}"#, as: .bob)
    }

    deinit {
        store.close()
    }

    enum Who: String, Sendable {
        case anonymous, ada, bob, eve, mo, pia
    }

    func caller(_ who: Who) -> Caller {
        guard who != .anonymous, let id = ids[who.rawValue] else {
            return Caller(account: nil, category: .anonymous, idempotencyScope: "203.0.113.7")
        }
        let category =
            switch who {
            case .mo:
                CallerClass(
                    role: "moderator",
                    permissions: ["posts.update", "posts.delete", "secrets.read"]
                )
            case .pia: CallerClass(role: "publisher", permissions: ["posts.publish"])
            default: CallerClass(role: nil, permissions: [])
            }
        return Caller(account: id, category: category, idempotencyScope: id)
    }

    /// The text with the ids of records in place of their names.
    func filled(_ text: String) -> String {
        ids.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value) }
    }

    func id(_ name: String) throws -> String {
        try ids[name] ?? { throw MissingRecord(name: name) }()
    }

    struct MissingRecord: Error {
        let name: String
    }
}

// MARK: - Writing

extension Club {
    /// Creates a record, and remembers its id under a name.
    @discardableResult
    func make(
        _ name: String,
        in collection: String,
        _ body: String,
        as who: Who
    ) throws -> WriteAnswer {
        clock.advance(microseconds: 1_000)
        let answer = try create(collection, body, as: who)
        ids[name] = answer.id
        return answer
    }

    @discardableResult
    func create(_ collection: String, _ body: String, as who: Who) throws(Problem) -> WriteAnswer {
        try write(.create(parsed(body)), in: collection, as: who)
    }

    @discardableResult
    func patch(
        _ collection: String,
        _ id: String,
        _ body: String,
        as who: Who,
        ifMatch: Precondition? = nil
    ) throws(Problem) -> WriteAnswer {
        try write(
            .update(id: filled(id), parsed(body)),
            in: collection,
            as: who,
            ifMatch: ifMatch
        )
    }

    @discardableResult
    func put(
        _ collection: String,
        _ id: String,
        _ body: String,
        as who: Who
    ) throws(Problem) -> WriteAnswer {
        try write(.replace(id: filled(id), parsed(body)), in: collection, as: who)
    }

    @discardableResult
    func delete(
        _ collection: String,
        _ id: String,
        as who: Who,
        ifMatch: Precondition? = nil
    ) throws(Problem) -> WriteAnswer {
        try write(.delete(id: filled(id)), in: collection, as: who, ifMatch: ifMatch)
    }

    func parsed(_ text: String) -> JSONValue {
        (try? JSONParser.parse(filled(text))) ?? .string("no JSON: \(text)")
    }

    @discardableResult
    func write(
        _ kind: RecordChange.Kind,
        in collection: String,
        as who: Who,
        ifMatch: Precondition? = nil,
        key: IdempotencyKey? = nil
    ) throws(Problem) -> WriteAnswer {
        let change = RecordChange(kind, in: collection, precondition: ifMatch)
        return try perform(
            WriteOperation(change: .record(change), caller: caller(who), idempotency: key)
        )
    }

    @discardableResult
    func batch(_ steps: [(RecordChange.Kind, String)], as who: Who) throws(Problem) -> JSONValue {
        let changes = steps.map { BatchStep(change: RecordChange($0.0, in: $0.1)) }
        let answer = try perform(
            WriteOperation(change: .batch(changes), caller: caller(who))
        )
        return answer.json
    }

    func perform(_ operation: WriteOperation) throws(Problem) -> WriteAnswer {
        try engine.performAndWait(operation)
    }
}

extension Engine {
    /// A write whose caller's thread waits.
    func performAndWait(_ operation: WriteOperation) throws(Problem) -> WriteAnswer {
        let finished = DispatchSemaphore(value: 0)
        let box = ResultBox()
        try submit(operation, inbox: DirectInbox.shared) { answer in
            box.value.withLock { $0 = answer }
            finished.signal()
        }
        finished.wait()
        guard let answer = box.value.withLock({ $0 }) else { throw Problem(.internalError) }
        return try answer.get()
    }
}

private final class ResultBox: Sendable {
    let value = Mutex<Result<WriteAnswer, Problem>?>(nil)
}

extension WriteAnswer {
    var json: JSONValue {
        (try? JSONParser.parse(String(decoding: body, as: UTF8.self))) ?? .null
    }
}

/// A clock that stands until it is moved.
final class ManualClock: Sendable {
    private let time = Mutex<Int64>(1_800_000_000_000_000)

    var engineClock: EngineClock {
        EngineClock { [self] in time.withLock { $0 } }
    }

    func advance(microseconds: Int64) {
        time.withLock { $0 += microseconds }
    }

    func advance(hours: Int64) {
        advance(microseconds: hours * 3_600_000_000)
    }
}
