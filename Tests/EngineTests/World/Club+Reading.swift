import JSON
import SQLite
import Storage

@testable import Engine

/// What a list is asked for.
struct Query: Sendable {
    var filter: String?
    var sort: String?
    var fields: String?
    var expand: String?
    var limit = 20
    var position = ListOperation.Position.start
    var isCounted = false
}

extension Club {
    func get(
        _ collection: String,
        _ id: String,
        as who: Who,
        fields: String? = nil,
        expand: String? = nil
    ) throws -> JSONValue {
        let operation = GetOperation(
            collection: collection,
            id: filled(id),
            fields: fields,
            expand: expand
        )
        return try read(.get(operation), as: who)
    }

    func list(_ source: String, _ query: Query = Query(), as who: Who) throws -> JSONValue {
        let operation = ListOperation(
            source: source,
            filter: query.filter.map(filled),
            sort: query.sort,
            fields: query.fields,
            expand: query.expand,
            limit: query.limit,
            position: query.position,
            isCounted: query.isCounted
        )
        return try read(.list(operation), as: who)
    }

    /// The values of one field in all items of a list.
    func values(
        _ field: String,
        _ source: String,
        _ query: Query = Query(),
        as who: Who
    ) throws -> [JSONValue] {
        try list(source, query, as: who).items.map { $0[field] ?? "absent" }
    }

    func read(_ operation: ReadOperation, as who: Who) throws -> JSONValue {
        guard
            case .answered(let answer) = try reader.read(
                operation,
                by: caller(who),
                budget: .long
            )
        else { throw Interrupted() }
        return try JSONParser.parse(answer.body.contents)
    }

    struct Interrupted: Error {}

    /// The events since the last call, as `posts.created by ada`.
    func events(after sequence: Int64 = 0) throws -> [String] {
        let statement = Statement(
            """
            SELECT "collection", "kind", "actor" FROM "_events" WHERE "seq" > ?1 ORDER BY "seq"
            """
        )
        let names = ["ada", "bob", "eve", "mo", "pia"].reduce(into: [String: String]()) {
            $0[(try? id($1)) ?? ""] = $1
        }
        return try store.makeReader().rows(statement, [.integer(sequence)]).map { row in
            let actor = row[2].text.map { names[$0] ?? "somebody" } ?? "nobody"
            return "\(row[0].text ?? "").\(row[1].text ?? "") by \(actor)"
        }
    }

    func lastEvent() throws -> Int64 {
        try count(#"SELECT coalesce(max("seq"), 0) FROM "_events""#)
    }

    func count(_ sql: String) throws -> Int64 {
        try store.makeReader().rows(Statement(sql), []).first?.first?.integer ?? -1
    }
}

extension JSONValue {
    var items: [JSONValue] {
        guard case .array(let items)? = self["items"] else { return [] }
        return items
    }

    var names: [String] {
        guard case .object(let members) = self else { return [] }
        return members.map(\.name)
    }
}

/// The problem that a body throws; nil if it throws none, or another error.
func problem<Value>(_ body: () throws -> Value) -> Problem? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? Problem
    }
}

extension Problem {
    /// What is wrong where, as `field.type /body`.
    var places: [String] { errors.map { "\($0.code) \($0.pointer)" } }
}
