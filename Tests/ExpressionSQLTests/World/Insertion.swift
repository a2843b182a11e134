import Dispatch
import ExpressionSQL
import Expressions
import ModelLanguage
import Storage
import Synchronization

/// Writes records past the engine, exactly as they are.
final class Insertion {
    private var statements: [(Statement, [SQLValue])] = []
    private var count = 0

    /// Queues a record; answers it with all fields.
    func add(_ fields: [String: Value], to collection: Collection) -> [String: Value] {
        count += 1
        var whole: [String: Value] = [:]
        for field in collection.fields {
            whole[field.name] = fields[field.name] ?? missing(field)
        }
        let columns = collection.fields.map { "\"\($0.name)\"" }.joined(separator: ", ")
        let marks = collection.fields.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
        let sql = "INSERT INTO \"\(collection.name)\" (\(columns)) VALUES (\(marks))"
        let values = collection.fields.map { field in (whole[field.name] ?? .null).column }
        statements.append((Statement(sql), values))
        return whole
    }

    private func missing(_ field: Field) -> Value {
        switch field.name {
        case "id": .string("id-\(count)")
        case "email": .string("p\(count)@example.com")
        case "created", "updated": Value(microseconds: World.now - Int64(count))
        default: .null
        }
    }

    func run(in store: some Store) throws {
        let inbox = Inbox()
        store.submit(Task(statements: statements, inbox: inbox))
        try inbox.wait()
    }

    private final class Task: WriteTask {
        let statements: [(Statement, [SQLValue])]
        let inbox: any WriteInbox

        init(statements: [(Statement, [SQLValue])], inbox: any WriteInbox) {
            self.statements = statements
            self.inbox = inbox
        }

        func perform(in transaction: any WriteTransaction) throws(StoreError) -> WriteDecision {
            transaction.setContext(WriteContext(actor: nil, now: World.now))
            for (statement, values) in statements {
                _ = try transaction.execute(statement, values)
            }
            return .commit
        }
    }
}

/// Holds the calling thread until the write is over.
private final class Inbox: WriteInbox {
    private let result = Mutex<Result<WriteDecision, StoreError>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    func receive(_ finished: [FinishedWrite]) {
        result.withLock { $0 = finished.first?.result }
        done.signal()
    }

    func wait() throws {
        done.wait()
        _ = try result.withLock { $0 }?.get()
    }
}

extension Value {
    init(microseconds: Int64) {
        let seconds =
            microseconds >= 0 ? microseconds / 1_000_000 : (microseconds + 1) / 1_000_000 - 1
        let rest = Int32((microseconds - seconds * 1_000_000) * 1_000)
        self = Timestamp(seconds: seconds, nanoseconds: rest).map(Value.timestamp) ?? .null
    }

    /// As a column has it.
    var column: SQLValue {
        switch self {
        case .bool(let flag): .boolean(flag)
        case .int(let number): .integer(number)
        case .double(let number): .real(number)
        case .string(let text): .text(text)
        case .timestamp(let time):
            .integer(time.seconds * 1_000_000 + Int64(time.nanoseconds / 1_000))
        case .list, .map: .text(json)
        default: .null
        }
    }

    private var json: String {
        switch self {
        case .null: "null"
        case .bool(let flag): "\(flag)"
        case .int(let number): "\(number)"
        case .double(let number): "\(number)"
        case .string(let text):
            "\""
                + text.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }
                .joined() + "\""
        case .list(let elements): "[" + elements.map(\.json).joined(separator: ",") + "]"
        default: "{}"
        }
    }
}
