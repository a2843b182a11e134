import Engine
import Expressions
import JSON
import ModelLanguage
import Storage

/// Everything that is kept of a person, for that person (GDPR, articles 15 and 20).
///
/// Secrets are not in it: hashes, keys and tokens prove who somebody is, and tell nothing of them.
struct PersonalDataExport {
    let records: PersonalRecords
    let cipher: any ValueCipher
    let connection: any ReadConnection
    let account: String
    /// How many records and events there may be; nil for any number.
    let limit: Int?

    private static let pageSize = 500
    private static let eventsPerPage: Int64 = 10_000

    func value(now: Int64) throws -> JSONValue {
        var count = 0
        let owned = try collections(count: &count)
        return [
            "account": .string(account),
            "exported": time(.integer(now)),
            "records": .object(owned),
            "sessions": try rows(.sessions),
            "identities": try rows(.identities),
            "factors": try rows(.factors),
            "api_keys": try rows(.keys),
            "consents": try rows(.consents),
            "audit": try rows(.audit),
            "events": .array(try events(count: &count)),
        ]
    }

    // MARK: Records

    private func collections(count: inout Int) throws -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        for owned in records.owned {
            let source = OwnedRecords(of: owned.collection, by: owned.field)
            var found: [JSONValue] = []
            var last = ""
            while true {
                let page = try source.page(
                    of: account,
                    after: last,
                    limit: Self.pageSize,
                    on: connection
                )
                found += page
                try bound(&count, adding: page.count)
                guard page.count == Self.pageSize, let id = page.last?["id"]?.stringValue else {
                    break
                }
                last = id
            }
            members.append(JSONValue.Member(owned.collection.name, .array(found)))
        }
        return members
    }

    private func bound(_ count: inout Int, adding more: Int) throws(Problem) {
        count += more
        guard let limit, count > limit else { return }
        throw Problem(
            .tooCostly,
            "there are more than \(limit) records and events of this account",
            hint: "ask the operator, who exports them with \"mainstay accounts export\""
        )
    }

    // MARK: Events

    /// What happened to the person's records, opened, and what they did to others', without content.
    private func events(count: inout Int) throws -> [JSONValue] {
        let own = records.owned.map { owned in
            let path = "'$.\"\(owned.field)\"'"
            let sides = ["before", "after"].map { "\"\($0)\" ->> \(path) = ?1" }
            return
                "(\"collection\" = '\(owned.collection.name)' AND (\(sides.joined(separator: " OR "))))"
        }.joined(separator: " OR ")
        let statement = Statement(
            """
            SELECT "seq", "at", "collection", "record", "kind", "before", "after",
            (\(own)) FROM "_events"
            WHERE "seq" > ?2 AND "seq" <= ?3 AND ("actor" = ?1 OR \(own)) ORDER BY "seq"
            """
        )
        let last = try connection.rows(Self.lastEvent, []).first?.first?.integer ?? 0
        let key = try connection.rows(Self.key, [.text(account)]).first?.first?.text
        var found: [JSONValue] = []
        var start: Int64 = 0
        while start < last {
            let parameters: [SQLValue] = [
                .text(account), .integer(start), .integer(start + Self.eventsPerPage),
            ]
            let rows = try connection.rows(statement, parameters)
            found += rows.map { event($0, key: key) }
            try bound(&count, adding: rows.count)
            start += Self.eventsPerPage
        }
        return found
    }

    private func event(_ row: [SQLValue], key: String?) -> JSONValue {
        let (collection, record) = (row[2].text ?? "", row[3].text ?? "")
        var members: [JSONValue.Member] = [
            .init("at", time(row[1])), .init("collection", .string(collection)),
            .init("record", .string(record)), .init("kind", .string(row[4].text ?? "")),
        ]
        guard row[7] == .integer(1) else { return .object(members) }
        let context = "_events.\(collection).\(record)"
        for (name, side) in [("before", row[5]), ("after", row[6])] {
            guard let text = side.text, let value = try? JSONParser.parse(text) else { continue }
            members.append(.init(name, opened(value, key: key, context: context)))
        }
        return .object(members)
    }

    /// An event's record with what is sealed in it; without, where the key does not open it.
    private func opened(_ value: JSONValue, key: String?, context: String) -> JSONValue {
        guard case .object(let members) = value else { return value }
        let open = members.filter { $0.name != "$sealed" }
        guard let key, let sealed = value["$sealed"]?.stringValue,
            let bytes = try? cipher.openForSubject(
                sealed,
                key: key,
                account: account,
                context: context
            ),
            case .object(let personal)? = try? JSONParser.parse(
                String(decoding: bytes, as: UTF8.self)
            )
        else { return .object(open) }
        return .object(open + personal)
    }

    private static let lastEvent = Statement("SELECT max(\"seq\") FROM \"_events\"")
    private static let key = Statement("SELECT \"key\" FROM \"_subjects\" WHERE \"account\" = ?1")

    // MARK: System tables

    private func rows(_ table: ExportedTable) throws -> JSONValue {
        let found = try connection.rows(table.statement, [.text(account)])
        return .array(
            found.map { row in
                .object(
                    zip(table.columns, row).map { column, value in
                        JSONValue.Member(column.name, json(value, as: column.kind))
                    }
                )
            }
        )
    }

    private func json(_ value: SQLValue, as kind: ExportedTable.Kind) -> JSONValue {
        switch (kind, value) {
        case (_, .null): .null
        case (.time, _): time(value)
        case (.flag, .integer(let number)): .bool(number != 0)
        case (.json, .text(let text)): (try? JSONParser.parse(text)) ?? .null
        case (_, .text(let text)): .string(text)
        case (_, .integer(let number)): .integer(number)
        default: .null
        }
    }

    private func time(_ value: SQLValue) -> JSONValue {
        value.integer.flatMap { Timestamp(microseconds: $0) }.map { .string($0.description) }
            ?? .null
    }
}

/// What of a system table goes into a person's copy.
struct ExportedTable: Sendable {
    enum Kind: Sendable {
        case text
        case time
        case flag
        case json
    }

    struct Column: Sendable {
        let name: String
        let kind: Kind
    }

    let columns: [Column]
    let statement: Statement

    private init(_ name: String, _ columns: [(String, Kind)], of column: String = "account") {
        self.columns = columns.map { Column(name: $0.0, kind: $0.1) }
        let list = columns.map { "\"\($0.0)\"" }.joined(separator: ", ")
        statement = Statement("SELECT \(list) FROM \"\(name)\" WHERE \"\(column)\" = ?1 ORDER BY 1")
    }

    static let sessions = ExportedTable(
        "_sessions",
        [
            ("id", .text), ("created", .time), ("seen", .time), ("authenticated", .time),
            ("expires", .time), ("methods", .text), ("mfa", .flag), ("agent", .text),
            ("address", .text),
        ]
    )
    static let identities = ExportedTable(
        "_identities",
        [("id", .text), ("provider", .text), ("subject", .text), ("created", .time)]
    )
    static let factors = ExportedTable(
        "_factors",
        [
            ("id", .text), ("kind", .text), ("name", .text), ("confirmed", .time),
            ("created", .time), ("used", .time),
        ]
    )
    static let keys = ExportedTable(
        "_api_keys",
        [
            ("id", .text), ("name", .text), ("prefix", .text), ("scopes", .json),
            ("created", .time), ("used", .time), ("expires", .time), ("revoked", .time),
        ]
    )
    static let consents = ExportedTable(
        "_consents",
        [("name", .text), ("at", .time), ("address", .text)]
    )
    static let audit = ExportedTable(
        "_audit",
        [("at", .time), ("kind", .text), ("address", .text), ("agent", .text), ("details", .json)]
    )
}
