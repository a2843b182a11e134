import ExpressionSQL
import Expressions
import ModelLanguage
import SQLite
import Storage

/// The same records in a database and in memory, so that SQL and the evaluator can be asked the same.
final class World {
    static let now: Int64 = 1_790_000_000_000_000

    let model: Model
    let environment: ModelEnvironment
    let records: [String: [[String: Value]]]
    private let store: SQLiteStore
    private let reader: any ReadConnection

    init(_ source: String, records: [(String, [[String: Value]])]) throws {
        model = try ModelLoader.load(source.utf8, path: "model.yaml").model
        environment = ModelEnvironment(model)
        store = try SQLiteStore.temporary()
        try store.apply(try store.planMigration(to: model))
        var kept: [String: [[String: Value]]] = [:]
        let insertion = Insertion()
        for (name, rows) in records {
            guard let collection = model.collection(name) else { continue }
            kept[name] = rows.map { insertion.add($0, to: collection) }
        }
        self.records = kept
        try insertion.run(in: store)
        reader = try store.makeReader()
    }

    func collection(_ name: String) throws -> Collection {
        guard let collection = model.collection(name) else { throw Missing(name: name) }
        return collection
    }

    struct Missing: Error {
        let name: String
    }

    func check(_ source: String, on collection: String) throws -> CheckedExpression {
        try environment.environment(for: try self.collection(collection)).check(source, as: .bool)
    }

    func ids(of collection: String) -> [String] {
        (records[collection] ?? []).compactMap { row in
            guard case .string(let id)? = row["id"] else { return nil }
            return id
        }
    }

    func rows(_ sql: String, _ parameters: [SQLValue]) throws -> [[SQLValue]] {
        try reader.rows(Statement(sql), parameters)
    }

    func queryPlan(of sql: String) throws -> QueryPlan {
        try reader.queryPlan(of: Statement(sql))
    }
}

/// Who asks.
struct Asker {
    let category: CallerClass
    let id: String?
    /// What is known of the session and the request, by `CallerFact`.
    var facts: [CallerFact: SQLValue] = [:]

    static let nobody = Asker(category: .anonymous, id: nil)

    static func account(_ id: String, role: String? = nil, _ permissions: Set<String> = []) -> Asker
    {
        Asker(category: CallerClass(role: role, permissions: permissions), id: id)
    }

    /// `auth` as the evaluator has it.
    var value: Value {
        guard let id else { return .null }
        return .object(
            ObjectValue(
                type: ModelEnvironment.callerType,
                fields: [
                    "id": .string(id),
                    "account": .string(id),
                    "role": category.role.map { .string($0) } ?? .null,
                    "tenant": text(.tenant),
                    "impersonator": text(.impersonator),
                    "mfa": flag(.mfa),
                    "verified": flag(.verified),
                    "anonymous": flag(.anonymous),
                    "authenticated": Value(microseconds: facts[.authenticated]?.integer ?? 0),
                    ModelEnvironment.permissionsMember: .list(
                        category.permissions.sorted().map { .string($0) }
                    ),
                    ModelEnvironment.rolesMember: .list(
                        category.roles.sorted().map { .string($0) }
                    ),
                ]
            )
        )
    }

    /// `request` as the evaluator has it.
    var request: Value {
        .object(
            ObjectValue(
                type: ModelEnvironment.requestType,
                fields: [
                    "address": .string(facts[.address]?.text ?? ""),
                    "method": .string(facts[.method]?.text ?? ""),
                    "secure": flag(.secure),
                ]
            )
        )
    }

    /// What a statement's parameter is bound to.
    func value(of fact: CallerFact) -> SQLValue {
        if let value = facts[fact] { return value }
        return switch fact {
        case .tenant, .impersonator: .null
        case .address, .method: .text("")
        case .mfa, .verified, .anonymous, .authenticated, .secure: .integer(0)
        }
    }

    private func text(_ fact: CallerFact) -> Value {
        facts[fact]?.text.map { .string($0) } ?? .null
    }

    private func flag(_ fact: CallerFact) -> Value {
        .bool(facts[fact] == .integer(1))
    }
}

extension World {
    /// The ids of the records that SQL selects.
    func selected(
        _ expression: CheckedExpression,
        of name: String,
        for asker: Asker,
        authority: Authority = .model,
        lifting literals: [Value]? = nil
    ) throws -> [String] {
        let parameters = SQLParameters()
        let compiler = SQLCompiler(model: model, caller: asker.category)
        let condition = try compiler.condition(
            expression,
            of: try collection(name),
            alias: "t",
            authority: authority,
            literals: literals == nil ? .constants : .lifted,
            into: parameters
        )
        let rows = try rows(
            "SELECT t.\"id\" FROM \"\(name)\" AS t WHERE \(condition.sql) ORDER BY t.\"id\"",
            try values(of: parameters, for: asker, literals: literals ?? [])
        )
        return rows.compactMap { $0.first?.text }
    }

    func values(
        of parameters: SQLParameters,
        for asker: Asker,
        literals: [Value] = []
    ) throws -> [SQLValue] {
        try parameters.sources.map { source in
            switch source {
            case .constant(let value): value
            case .literal(let index, let form): try form.sqlValue(for: literals[index])
            case .authID: .text(orNull: asker.id)
            case .fact(let fact): asker.value(of: fact)
            case .now: .integer(World.now)
            case .input: .null
            }
        }
    }

    /// The ids of the records for which the evaluator says true.
    func evaluated(_ expression: CheckedExpression, of name: String, for asker: Asker) -> [String] {
        let rows = records[name] ?? []
        let ids = rows.compactMap { row -> String? in
            let scene = Scene(world: self, row: row, asker: asker)
            guard case .bool(true)? = try? expression.evaluate(scene),
                case .string(let id)? = row["id"]
            else { return nil }
            return id
        }
        return ids.sorted()
    }

    fileprivate func objects(of collection: String) -> Value? {
        guard let rows = records[collection] else { return nil }
        return .list(rows.map { .object(ObjectValue(type: collection, fields: $0)) })
    }
}

/// A record among the others, as an expression sees it.
private struct Scene: Activation {
    let world: World
    let row: [String: Value]
    let asker: Asker

    func value(of name: String) -> Value? {
        switch name {
        case "auth": asker.value
        case "request": asker.request
        case "now": Value(microseconds: World.now)
        default: row[name] ?? world.objects(of: name)
        }
    }

    func record(of object: String, id: String) -> Value? {
        guard
            let fields = world.records[object]?.first(where: { row in
                if case .string(id)? = row["id"] { true } else { false }
            })
        else { return nil }
        return .object(ObjectValue(type: object, fields: fields))
    }
}
