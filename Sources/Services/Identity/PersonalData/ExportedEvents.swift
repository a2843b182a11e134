import Engine
import Expressions
import JSON
import Mail
import ModelLanguage
import Storage

/// Reads a log that has no index of persons, from its beginning, a stretch at a time.
struct LogStretch {
    private static let length: Int64 = 10_000

    /// The number of the last entry that was looked at.
    private var last: Int64 = 0
    private let newest: Statement

    init(table: String) {
        newest = Statement("SELECT max(\"seq\") FROM \"\(table)\"")
    }

    /// The rows of a statement, of which `?2` and `?3` bound `seq`, the first column, and `?4` is the
    /// most that there may be; nil at the end of the log.
    mutating func rows(
        _ statement: Statement,
        of account: String,
        limit: Int,
        on connection: any ReadConnection
    ) throws(StoreError) -> [[SQLValue]]? {
        let newest = try connection.rows(newest, []).first?.first?.integer ?? 0
        guard last < newest else { return nil }
        let end = min(newest, last + Self.length)
        let rows = try connection.rows(
            statement,
            [.text(account), .integer(last), .integer(end), .integer(Int64(limit))]
        )
        last = rows.count < limit ? end : rows.last?[0].integer ?? end
        return rows
    }
}

/// What happened to a person's records, opened; and what they did to those of others, without content.
struct ExportedEvents: ExportPart {
    private let statement: Statement
    private let cipher: any ValueCipher
    private var stretch = LogStretch(table: "_events")

    init(plan: EventPlan, cipher: any ValueCipher) {
        statement = plan.statement
        self.cipher = cipher
    }

    mutating func read(
        of account: String,
        on connection: any ReadConnection,
        into elements: inout ExportedElements
    ) throws(StoreError) -> Bool {
        let limit = ExportedRows.pageSize
        let found = try stretch.rows(statement, of: account, limit: limit, on: connection)
        guard let found else { return false }
        let key = try connection.rows(Self.key, [.text(account)]).first?.first?.text
        for row in found { elements.add(event(row, account: account, key: key)) }
        return true
    }

    private func event(_ row: [SQLValue], account: String, key: String?) -> JSONValue {
        let (collection, record) = (row[2].text ?? "", row[3].text ?? "")
        var members: [JSONValue.Member] = [
            .init("at", .string(Self.time(row[1]))), .init("collection", .string(collection)),
            .init("record", .string(record)), .init("kind", .string(row[4].text ?? "")),
        ]
        let context = "_events.\(collection).\(record)"
        for (name, side) in [("before", row[5]), ("after", row[6])] {
            guard let text = side.text, let value = try? JSONParser.parse(text) else { continue }
            members.append(
                .init(name, opened(value, key: key, account: account, context: context))
            )
        }
        return .object(members)
    }

    /// An event's record with what is sealed in it; without, where the key does not open it.
    private func opened(
        _ value: JSONValue,
        key: String?,
        account: String,
        context: String
    ) -> JSONValue {
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

    private static let key = Statement("SELECT \"key\" FROM \"_subjects\" WHERE \"account\" = ?1")

    static func time(_ value: SQLValue) -> String {
        let microseconds = value.integer ?? 0
        let rest = (microseconds % 1_000_000 + 1_000_000) % 1_000_000
        return Timestamp(
            seconds: (microseconds - rest) / 1_000_000,
            nanoseconds: Int32(rest * 1_000)
        )?.description ?? ""
    }
}

/// Which events are a person's, under the names that collections and fields have and had.
struct EventPlan: Sendable {
    /// The event's number, time, collection, record and kind; its sides where they were the person's.
    let statement: Statement

    init(_ records: PersonalRecords) {
        let sides = ["before", "after"].map { Self.isOwn($0, records.owned) }
        statement = Statement(
            """
            SELECT "seq", "at", "collection", "record", "kind",
            CASE WHEN \(sides[0]) THEN "before" END, CASE WHEN \(sides[1]) THEN "after" END
            FROM "_events" WHERE "seq" > ?2 AND "seq" <= ?3
            AND ("actor" = ?1 OR \(sides[0]) OR \(sides[1])) ORDER BY "seq" LIMIT ?4
            """
        )
    }

    /// Whether a side of an event is a record of the person `?1`.
    static func isOwn(_ side: String, _ owned: [PersonalRecords.Owned]) -> String {
        let conditions = owned.map { owned in
            let names = [owned.collection.name] + [owned.collection.formerName].compactMap(\.self)
            let collections = names.map { "'\($0)'" }.joined(separator: ", ")
            let paths = ([owned.field.name] + [owned.field.formerName].compactMap(\.self)).map {
                "\"\(side)\" ->> '$.\"\($0)\"' = ?1"
            }
            return
                "(\"collection\" IN (\(collections)) AND (\(paths.joined(separator: " OR "))))"
        }
        return "coalesce(\(conditions.joined(separator: " OR ")), 0)"
    }
}

/// What somebody did to others' accounts: when and what, not to whom.
struct ExportedActs: ExportPart {
    private var stretch = LogStretch(table: "_audit")

    mutating func read(
        of account: String,
        on connection: any ReadConnection,
        into elements: inout ExportedElements
    ) throws(StoreError) -> Bool {
        let limit = ExportedRows.pageSize
        let found = try stretch.rows(Self.acts, of: account, limit: limit, on: connection)
        guard let found else { return false }
        for row in found {
            elements.add([
                "at": .string(ExportedEvents.time(row[1])), "kind": .string(row[2].text ?? ""),
                "address": row[3].text.map { .string($0) } ?? .null,
                "agent": row[4].text.map { .string($0) } ?? .null,
            ])
        }
        return true
    }

    private static let acts = Statement(
        """
        SELECT "seq", "at", "kind", "address", "agent" FROM "_audit" WHERE "seq" > ?2 AND "seq" <= ?3
        AND "actor" = ?1 AND "account" IS NOT ?1 ORDER BY "seq" LIMIT ?4
        """
    )
}

/// Letters to a person or about them that are on their way: which, and not what is in them.
struct ExportedMails: ExportPart {
    private let letters: QueuedLetters
    private let addresses: Set<String>
    private var last = ""

    init(letters: QueuedLetters, addresses: Set<String>) {
        self.letters = letters
        self.addresses = addresses
    }

    mutating func read(
        of account: String,
        on connection: any ReadConnection,
        into elements: inout ExportedElements
    ) throws(StoreError) -> Bool {
        let page = try letters.page(after: last) { statement, parameters throws(StoreError) in
            try connection.rows(statement, parameters)
        }
        guard let end = page.last else { return false }
        last = end.id
        for queued in page {
            guard let letter = queued.letter, !letter.isDecoy,
                letter.account == account || addresses.contains(letter.recipient.lowercased())
            else { continue }
            elements.add([
                "mail": .string(letter.kind.rawValue), "to": .string(letter.recipient),
                "created": .string(ExportedEvents.time(.integer(queued.created))),
                "failed": .bool(queued.hasFailed),
            ])
        }
        return true
    }
}
