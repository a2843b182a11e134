import ExpressionSQL
import JSON
import ModelLanguage
import SQLite
import Storage

@testable import Engine

/// An engine over the office's model, with callers of any kind.
///
/// Ann owns Acme and Bea works there; Cy owns Bolt; Dan belongs to nobody.
final class Office {
    let clock = ManualClock()
    let model: Model
    let store: SQLiteStore
    let engine: Engine
    let reader: EngineReader
    /// The ids of records that texts name as `{acme}`.
    private(set) var ids: [String: String] = [:]

    init(_ text: String = OfficeModel.text) throws {
        model = try ModelLoader.load(text.utf8, path: "mainstay.yaml").model
        store = try SQLiteStore.temporary()
        try store.apply(store.planMigration(to: model))
        engine = Engine(model: model, store: store, clock: clock.engineClock)
        reader = try engine.makeReader()
    }

    deinit {
        store.close()
    }

    /// The people and their organizations.
    static func staffed() throws -> Office {
        let office = try Office()
        for (name, domain, department) in [
            ("ann", "staff.example", #""board""#), ("bea", "staff.example", "null"),
            ("cy", "elsewhere.example", #""board""#), ("dan", "elsewhere.example", "null"),
        ] {
            let body = #"{"email":"\#(name)@\#(domain)","department":\#(department),"salary":7}"#
            try office.make(name, in: "users", body, by: .stranger)
        }
        let root = office.caller("dan")
        for name in ["acme", "bolt"] {
            try office.make(name, in: "organizations", #"{"name":"\#(name)"}"#, by: root)
        }
        for (member, organization, isOwner) in [
            ("ann", "acme", true), ("bea", "acme", false), ("cy", "bolt", true),
        ] {
            let body =
                #"{"member":"{\#(member)}","organization":"{\#(organization)}","isOwner":\#(isOwner)}"#
            try office.make(
                "\(member) in \(organization)",
                in: "memberships",
                body,
                by: .owner(office, organization)
            )
        }
        return office
    }

    func id(_ name: String) -> String { ids[name] ?? "" }

    func caller(
        _ name: String,
        in tenant: String? = nil,
        role: String? = nil,
        scopes: Set<String>? = nil,
        session: SessionFacts = .none,
        request: RequestFacts = .unknown
    ) -> Caller {
        Caller(
            account: id(name),
            category: CallerClass(granted: role, in: model, scopes: scopes),
            idempotencyScope: id(name),
            tenant: tenant.map(id),
            session: session,
            request: request
        )
    }

    func filled(_ text: String) -> String {
        ids.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value) }
    }
}

extension Caller {
    static let stranger = Caller(account: nil, category: .anonymous, idempotencyScope: "stranger")

    /// Somebody who may see an organization, to write down who belongs to it.
    fileprivate static func owner(_ office: Office, _ organization: String) -> Caller {
        office.caller("dan", in: organization)
    }
}

// MARK: - Operations

extension Office {
    @discardableResult
    func make(
        _ name: String,
        in collection: String,
        _ body: String,
        by caller: Caller
    ) throws -> WriteAnswer {
        clock.advance(microseconds: 1_000)
        let answer = try write(.create(parsed(body)), in: collection, by: caller)
        ids[name] = answer.id
        return answer
    }

    @discardableResult
    func create(
        _ collection: String,
        _ body: String,
        by caller: Caller,
        key: IdempotencyKey? = nil
    ) throws(Problem) -> WriteAnswer {
        try write(.create(parsed(body)), in: collection, by: caller, key: key)
    }

    @discardableResult
    func patch(
        _ collection: String,
        _ id: String,
        _ body: String,
        by caller: Caller
    ) throws(Problem) -> WriteAnswer {
        try write(.update(id: filled(id), parsed(body)), in: collection, by: caller)
    }

    @discardableResult
    func put(
        _ collection: String,
        _ id: String,
        _ body: String,
        by caller: Caller
    ) throws(Problem) -> WriteAnswer {
        try write(.replace(id: filled(id), parsed(body)), in: collection, by: caller)
    }

    @discardableResult
    func delete(
        _ collection: String,
        _ id: String,
        by caller: Caller
    ) throws(Problem) -> WriteAnswer {
        try write(.delete(id: filled(id)), in: collection, by: caller)
    }

    @discardableResult
    func write(
        _ kind: RecordChange.Kind,
        in collection: String,
        by caller: Caller,
        key: IdempotencyKey? = nil
    ) throws(Problem) -> WriteAnswer {
        try engine.performAndWait(
            WriteOperation(
                change: .record(RecordChange(kind, in: collection)),
                caller: caller,
                idempotency: key
            )
        )
    }

    func batch(
        _ steps: [(RecordChange.Kind, String)],
        by caller: Caller
    ) throws(Problem) -> JSONValue {
        let changes = steps.map { BatchStep(change: RecordChange($0.0, in: $0.1)) }
        return try engine.performAndWait(
            WriteOperation(change: .batch(changes), caller: caller)
        ).json
    }

    func get(
        _ collection: String,
        _ id: String,
        by caller: Caller,
        expand: String? = nil
    ) throws -> JSONValue {
        try read(
            .get(GetOperation(collection: collection, id: filled(id), expand: expand)),
            by: caller
        )
    }

    func list(_ source: String, _ query: Query = Query(), by caller: Caller) throws -> JSONValue {
        try read(
            .list(
                ListOperation(
                    source: source,
                    filter: query.filter.map(filled),
                    sort: query.sort,
                    fields: query.fields,
                    expand: query.expand,
                    limit: query.limit,
                    position: query.position,
                    isCounted: query.isCounted
                )
            ),
            by: caller
        )
    }

    func values(
        _ field: String,
        _ source: String,
        _ query: Query = Query(),
        by caller: Caller
    ) throws -> [JSONValue] {
        try list(source, query, by: caller).items.map { $0[field] ?? "absent" }
    }

    func read(_ operation: ReadOperation, by caller: Caller) throws -> JSONValue {
        guard case .answered(let answer) = try reader.read(operation, by: caller, budget: .long)
        else { throw Club.Interrupted() }
        return try JSONParser.parse(answer.body.contents)
    }

    func parsed(_ text: String) -> JSONValue {
        (try? JSONParser.parse(filled(text))) ?? .string("no JSON: \(text)")
    }
}
